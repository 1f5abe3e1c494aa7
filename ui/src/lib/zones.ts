// IANA zones as a person looks for them: by city, with the offset of today.
import { cityOf, systemZone } from "./dates";
import { locale } from "./locale";

export interface Zone {
  id: string;
  city: string;
  /** "UTC−6". */
  offset: string;
}

export function zoneOf(id: string): Zone {
  return { id, city: cityOf(id), offset: offsetOf(id) };
}

/** Every zone the system knows, the organizer's own first. */
export function allZones(): string[] {
  const known = Intl.supportedValuesOf("timeZone");
  return [systemZone, ...known.filter((id) => id !== systemZone), ...(known.includes("UTC") ? [] : ["UTC"])];
}

function offsetOf(id: string): string {
  try {
    const parts = new Intl.DateTimeFormat(locale, { timeZone: id, timeZoneName: "shortOffset" }).formatToParts(new Date());
    return (parts.find((part) => part.type === "timeZoneName")?.value ?? "").replace("GMT", "UTC");
  } catch {
    return "";
  }
}
