//! What a person wrote in their own words. What it means is for a person to say; what its first words suggest is only offered.

use calendar::Participation;

use super::Incoming;

/// As much of a letter as stands beside an answer.
const LONGEST: usize = 200;

/// Words that stand alone for an answer, by language. One that begins with a space is looked for inside the sentence, the others at its beginning.
const NO: [&str; 28] = [
    "no",
    "nope",
    "sorry",
    "regret",
    "decline",
    "nein",
    "leider",
    "absage",
    "non",
    "désolé",
    "malheureusement",
    "lo siento",
    "purtroppo",
    "nee",
    "helaas",
    "não",
    "nej",
    "tyvärr",
    "desværre",
    "niestety",
    " can't",
    " cannot",
    " can not",
    " unable",
    " won't",
    " not able",
    " kann nicht",
    " kann leider nicht",
];
const MAYBE: [&str; 16] = [
    "maybe",
    "perhaps",
    "possibly",
    "not sure",
    "vielleicht",
    "eventuell",
    "peut-être",
    "quizá",
    "quizás",
    "tal vez",
    "forse",
    "misschien",
    "talvez",
    " not sure",
    " might",
    " noch nicht",
];
const YES: [&str; 30] = [
    "yes",
    "yep",
    "yeah",
    "sure",
    "count me in",
    "accepted",
    "of course",
    "with pleasure",
    "ja",
    "gerne",
    "gern",
    "zusage",
    "oui",
    "avec plaisir",
    "sí",
    "si",
    "sì",
    "claro",
    "con gusto",
    "volentieri",
    "graag",
    "sim",
    "tak",
    "see you",
    " will be there",
    "'ll be there",
    " i can come",
    " will come",
    " bin dabei",
    " komme gern",
];

impl Incoming {
    /// The first lines that are their own: neither quoted nor said in greeting.
    #[must_use]
    pub fn first_words(&self) -> String {
        let own = self.text.lines().map(str::trim).take_while(|line| !begins_quotation(line));
        let words: Vec<&str> = own.filter(|line| !line.is_empty() && !is_greeting(line)).collect();
        words.join(" ").chars().take(LONGEST).collect()
    }

    /// What a letter's first words suggest; none where they suggest nothing, or more than one thing.
    #[must_use]
    pub fn suggested_answer(&self) -> Option<Participation> {
        let words = self.first_words().to_lowercase().replace('’', "'");
        let mut found = [(NO.as_slice(), Participation::Declined), (&MAYBE, Participation::Tentative), (&YES, Participation::Accepted)]
            .into_iter()
            .filter(|(known, _)| known.iter().any(|known| says(&words, known)))
            .map(|(_, answer)| answer);
        found.next().filter(|_| found.next().is_none())
    }
}

fn says(words: &str, known: &str) -> bool {
    let ends = |rest: &str| rest.chars().next().is_none_or(|next| !next.is_alphanumeric() && next != '-');
    if known.starts_with([' ', '\'']) {
        return words.match_indices(known).any(|(at, _)| words.get(at + known.len()..).is_some_and(ends));
    }
    words.strip_prefix(known).is_some_and(ends)
}

fn begins_quotation(line: &str) -> bool {
    line.starts_with('>')
        || line == "--"
        || line.starts_with("-----")
        || line.starts_with("_____")
        || (line.ends_with(':') && line.contains('@'))
}

/// `Hi Anna,`
fn is_greeting(line: &str) -> bool {
    const GREETINGS: [&str; 14] =
        ["hi", "hello", "hey", "dear", "good morning", "hallo", "liebe", "lieber", "moin", "bonjour", "hola", "ciao", "olá", "hej"];
    let line = line.to_lowercase();
    line.chars().count() <= 40 && line.ends_with([',', '!']) && GREETINGS.iter().any(|greeting| says(&line, greeting))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letter(text: &str) -> Incoming {
        Incoming { text: text.to_owned(), ..Incoming::default() }
    }

    #[test]
    fn the_first_words_are_the_writers_own() {
        let read = letter("Hi Sam,\n\nsorry, I can’t make it.\nNext time!\n\nOn Monday club@example.org wrote:\n> Please come\n");
        assert_eq!(read.first_words(), "sorry, I can’t make it. Next time!", "without the greeting and what is quoted");
        assert_eq!(letter("-----Original Message-----\nYes").first_words(), "", "nothing is their own");
        assert_eq!(letter(&"word ".repeat(200)).first_words().chars().count(), LONGEST, "a long letter is cut");
    }

    #[test]
    fn first_words_suggest_an_answer_or_none() {
        let expected = [
            ("Hi, sorry I can't make it.", Some(Participation::Declined)),
            ("Yes, I'll be there.", Some(Participation::Accepted)),
            ("No", Some(Participation::Declined)),
            ("Leider kann ich nicht.", Some(Participation::Declined)),
            ("Vielleicht, ich sage noch Bescheid", Some(Participation::Tentative)),
            ("No problem, I'll be there", None),
            ("Notice: the gate is closed", None),
            ("Where can I park?", None),
            ("", None),
        ];
        for (text, answer) in expected {
            assert_eq!(letter(text).suggested_answer(), answer, "{text}");
        }
    }
}
