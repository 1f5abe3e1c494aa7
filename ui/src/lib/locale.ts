/** The window speaks English; dates and numbers follow the organizer's own English, else the British one. */
export const locale: string = navigator.language.startsWith("en") ? navigator.language : "en-GB";
