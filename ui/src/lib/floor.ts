/** Where lists, menus and tooltips are drawn: a named part of the page, so that nothing stands outside a landmark. */
export const floor = "#floor";
