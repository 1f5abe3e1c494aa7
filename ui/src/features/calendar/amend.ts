// What FullCalendar says to a screen reader, put right: a day's name must contain what stands in the day, a column's name must
// be read, a list may hold no buttons as its items, and hours that scroll must scroll by keys too.

import { calendarWords as words } from "../../messages/calendar";

function amend(host: HTMLElement): void {
  for (const cell of host.querySelectorAll("[role=gridcell][aria-label]")) cell.removeAttribute("aria-label");
  for (const head of host.querySelectorAll("[role=columnheader][aria-label]")) {
    head.removeAttribute("aria-label");
    for (const hidden of head.querySelectorAll("[aria-hidden]")) hidden.removeAttribute("aria-hidden");
  }
  for (const head of host.querySelectorAll("[role=rowheader][aria-label]")) {
    head.removeAttribute("aria-label");
    if (head.textContent === "") head.setAttribute("role", "presentation");
  }
  // The grid marks what scrolls by nothing but its style. What is reached by keys must be a part of the table itself.
  for (const hours of host.querySelectorAll<HTMLElement>("[role=rowgroup] > [style*='hidden auto']:not([tabindex])")) {
    hours.parentElement?.setAttribute("role", "presentation");
    hours.setAttribute("role", "rowgroup");
    hours.setAttribute("aria-label", words.hours);
    hours.tabIndex = 0;
  }
  for (const list of host.querySelectorAll(".fc-agenda-body[role=list]")) list.setAttribute("role", "group");
}

/** Keeps it right while the grid is drawn anew; the returned function ends that. */
export function keepAmended(host: HTMLElement): () => void {
  amend(host);
  const watch = new MutationObserver(() => amend(host));
  watch.observe(host, { subtree: true, childList: true, attributes: true, attributeFilter: ["aria-label", "role", "aria-hidden"] });
  return () => watch.disconnect();
}
