/** What a new invitation says until the organizer writes something better. The fields are filled for each guest. */
export const startWords = {
  subject: "You are invited: {{ event.summary }}",
  body: 'Hello {{ first_name | default("friend") }},\n\nyou are invited to {{ event.summary }}, {{ event.when }}.\n\nPlease answer with the buttons of this invitation, so that we know who comes.',
};
