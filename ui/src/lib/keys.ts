// Keys by the name a person reads.

const mac = navigator.platform.startsWith("Mac");

/** The modifier of commands here: "⌘" or "Ctrl". */
export const commandKey: string = mac ? "⌘" : "Ctrl";

/** Ctrl or ⌘, as the system has it, and nothing else. */
export function isCommand(event: KeyboardEvent, key: string): boolean {
  return (mac ? event.metaKey : event.ctrlKey) && !event.altKey && event.key.toLowerCase() === key;
}

/** A bare letter typed where no text is written and no dialog is open. */
export function isPlainKey(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return false;
  const target = event.target;
  if (!(target instanceof HTMLElement)) return true;
  return !target.isContentEditable && !target.closest("input, textarea, select, [role=dialog], [role=menu], [role=listbox], [role=combobox]");
}
