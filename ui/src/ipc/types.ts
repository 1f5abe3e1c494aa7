// The engine's types under the names that the window uses; the definitions are generated.
import type * as generated from "./bindings.gen";

export type {
  AccountRole,
  AccountSynced,
  AccountView,
  AnswersOf,
  AnswersView,
  AttendeeView,
  BackupView,
  BoardAct,
  BoardChoice,
  Blocker,
  CalendarAccountForm,
  CalendarAccountView,
  CalendarView,
  CampaignEventView,
  Changed,
  ChangeView,
  ChartKind,
  ChartView,
  CheckView,
  ClashView,
  Code,
  ColumnField,
  ColumnView,
  Connecting,
  DeletedEvent,
  DeliveryPage,
  DeliveryView,
  DeskGuest,
  DeskItem,
  DeskPage,
  DeskRuling,
  DeskVerb,
  EventAnswers,
  EventDetail,
  Failure,
  FieldChangeView,
  GuestAnswer,
  GuestAnswerPage,
  GuestImportResult,
  GuestListView,
  GuestPage,
  GuestPreview,
  GuestProblem,
  GuestSource,
  GuestView,
  Leaver,
  Login,
  ImportFile,
  ImportPreview,
  ImportProblem,
  ImportResult,
  ImportRow,
  ImportTarget,
  InboxForm,
  InvitationSummary,
  LeftOut,
  MirrorView,
  MissingField,
  OccurrenceView,
  Overview,
  PastEvent,
  PullResult,
  ReceiptView,
  RecentChange,
  RecentChanges,
  RehearsalState,
  RemoteCalendarView,
  Ruling,
  Safety,
  Scope,
  SearchHit,
  Proposal,
  RulingView,
  SettledView,
  SuppressionPage,
  SuppressionView,
  Tell,
  Theme,
  TimelinePoint,
  Tls,
  TroubledView,
  VersionView,
} from "./bindings.gen";

/** An account with everything that can be changed of it. */
export type AccountContent = generated.AccountForm_Serialize;
export type AudiencePreview = generated.AudiencePreview_Serialize;
export type CampaignDetail = generated.CampaignDetail_Serialize;
export type CampaignDraft = generated.CampaignDraft_Deserialize;
export type CampaignStatus = generated.CampaignStatus_Serialize;
export type CampaignView = generated.CampaignView_Serialize;
export type EngineEvent = generated.EngineEvent_Serialize;
export type EventDraft = generated.EventDraft_Deserialize;
export type GuestDraft = generated.GuestDraft_Deserialize;
export type GuestQuery = generated.GuestQuery_Deserialize;
export type MessagePreview = generated.MessagePreview_Serialize;
export type OwnLimits = generated.OwnLimits_Serialize;
export type SenderForm = generated.SenderForm_Serialize;
