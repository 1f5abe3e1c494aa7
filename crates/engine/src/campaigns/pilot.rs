//! The pilot: so many messages leave first, then the organizer is asked.

/// How many messages leave first.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Pilot {
    Messages(u64),
    Percent(f64),
}

impl Pilot {
    /// Reads `100` or `5%`; nothing where it is empty.
    pub(super) fn parse(text: &str) -> Result<Option<Self>, String> {
        let text = text.trim();
        if text.is_empty() {
            return Ok(None);
        }
        let wrong = || format!("“{text}” is no size of a pilot. Write a number of messages, such as 100, or a part, such as 5%.");
        match text.strip_suffix('%') {
            Some(part) => {
                let part: f64 = part.trim().parse().map_err(|_| wrong())?;
                if part > 0.0 && part < 100.0 { Ok(Some(Self::Percent(part))) } else { Err(wrong()) }
            }
            None => match text.parse().map_err(|_| wrong())? {
                0 => Err(wrong()),
                messages => Ok(Some(Self::Messages(messages))),
            },
        }
    }

    /// How many messages it is of so many; none where it is all of them.
    pub(super) fn of(self, messages: u64) -> Option<u64> {
        let size = match self {
            Self::Messages(size) => size,
            #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a part of a count")]
            Self::Percent(part) => (messages as f64 * part / 100.0).ceil() as u64,
        };
        (size < messages).then_some(size)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pilot_is_a_number_or_a_part() {
        assert_eq!(Pilot::parse("100"), Ok(Some(Pilot::Messages(100))), "a number");
        assert_eq!(Pilot::parse(" 5 %").map(|pilot| pilot.and_then(|pilot| pilot.of(4_812))), Ok(Some(241)), "a part is rounded up");
        assert_eq!(Pilot::Messages(100).of(100), None, "all of them are no pilot");
        assert_eq!(Pilot::parse(""), Ok(None), "nothing is none");
        for wrong in ["0", "100%", "-1", "some"] {
            assert!(Pilot::parse(wrong).is_err_and(|sentence| sentence.contains(wrong)), "{wrong} is named");
        }
    }
}
