// How a client ID is made at Google and at Microsoft: which page, which button, what to type.

/** A likeness of the page of a step: drawn, because the real ones change their colours more often than their words. */
export interface Drawing {
  /** What stands at the top of the page. */
  heading: string;
  /** Entries at the side, and the one that is chosen. */
  side: string[];
  current: string;
  /** What is filled in or chosen: a name and its value. */
  rows: { name: string; value: string; chosen?: boolean }[];
  /** The button to press. */
  button: string;
  /** Other buttons beside it. */
  beside?: string[];
}

export interface GuideStep {
  title: string;
  text: string[];
  page: string;
  drawing: Drawing;
}

export const guideWords = {
  intro: "Google wants to know which program asks. You register it once, in your own name: six short steps, no payment. Then the connection is yours alone.",
  step: (number: number, of: number) => `Step ${number} of ${of}`,
  openPage: "Open this page",
  next: "Next",
  previous: "Previous",
  done: "I have both",
  skip: "I have a client ID already",
  picture: (heading: string, button: string) => `A likeness of Google’s page “${heading}”. Press “${button}”.`,
  likeness: "A likeness",
};

export const googleSteps: GuideStep[] = [
  {
    title: "Make a project",
    text: ["Sign in with the Google account whose calendar you want to connect.", "Type “Rollcall” as its name and press Create."],
    page: "https://console.cloud.google.com/projectcreate",
    drawing: { heading: "New Project", side: [], current: "", rows: [{ name: "Project name", value: "Rollcall" }, { name: "Location", value: "No organization" }], button: "Create", beside: ["Cancel"] },
  },
  {
    title: "Switch on the Calendar API",
    text: ["Make sure that “Rollcall” is chosen at the top of the page.", "Press Enable and wait until the page changes."],
    page: "https://console.cloud.google.com/apis/library/calendar-json.googleapis.com",
    drawing: { heading: "Google Calendar API", side: [], current: "", rows: [{ name: "By", value: "Google Enterprise API" }], button: "Enable", beside: ["Try this API"] },
  },
  {
    title: "Say who asks",
    text: ["Press Get started. Type “Rollcall” as the app’s name and choose your own address.", "Under Audience choose External, then give your address once more and press Create."],
    page: "https://console.cloud.google.com/auth/overview",
    drawing: { heading: "Audience", side: ["Overview", "Branding", "Audience", "Clients", "Data Access"], current: "Audience", rows: [{ name: "Internal", value: "" }, { name: "External", value: "", chosen: true }], button: "Create" },
  },
  {
    title: "Say what it may do",
    text: ["Press “Add or remove scopes”, and far down, under “Manually add scopes”, paste this line:", "Press “Add to table”, then Update, then Save at the end of the page."],
    page: "https://console.cloud.google.com/auth/scopes",
    drawing: { heading: "Data Access", side: ["Overview", "Branding", "Audience", "Clients", "Data Access"], current: "Data Access", rows: [{ name: "Manually add scopes", value: "…/auth/calendar", chosen: true }], button: "Update", beside: ["Add to table"] },
  },
  {
    title: "Publish it",
    text: ["Under Audience press “Publish app” and confirm.", "Without this, Google ends the connection after seven days. Nothing becomes public: only you know the client ID."],
    page: "https://console.cloud.google.com/auth/audience",
    drawing: { heading: "Publishing status", side: ["Overview", "Branding", "Audience", "Clients", "Data Access"], current: "Audience", rows: [{ name: "Testing", value: "User type: External" }], button: "Publish app" },
  },
  {
    title: "Make the client ID",
    text: ["Choose “Desktop app” as the application type, keep the name, and press Create.", "Google shows a Client ID and a Client secret: copy both here. The secret is shown only this once."],
    page: "https://console.cloud.google.com/auth/clients/create",
    drawing: { heading: "Create OAuth client ID", side: ["Overview", "Branding", "Audience", "Clients", "Data Access"], current: "Clients", rows: [{ name: "Application type", value: "Desktop app", chosen: true }, { name: "Name", value: "Rollcall" }], button: "Create", beside: ["Cancel"] },
  },
];

/** What Rollcall asks for at Google: to see and change calendars, nothing else. */
export const googleScope = "https://www.googleapis.com/auth/calendar";
/** The step at which it is pasted. */
export const scopeStep = 3;

export const microsoftSteps = [
  { text: "Open “App registrations” and press “New registration”.", page: "https://entra.microsoft.com/#view/Microsoft_AAD_RegisteredApps/CreateApplicationBlade" },
  { text: "Name it “Rollcall”. Under “Supported account types” choose “Accounts in any organizational directory and personal Microsoft accounts”.", page: "" },
  { text: "Under “Redirect URI” choose “Public client/native (mobile & desktop)” and type http://localhost. Press Register.", page: "" },
  { text: "Under “API permissions” press “Add a permission”, Microsoft Graph, “Delegated permissions”, and tick Calendars.ReadWrite.", page: "" },
  { text: "On the overview page copy “Application (client) ID”.", page: "" },
];
