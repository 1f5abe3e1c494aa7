//! The numbers of a chart are the numbers of its table, whatever their size.

use crate::scene::{Mark, part_widths};
use crate::{
    AnswerCounts, Chart, Funnel, Look, Palette, Reason, SeasonRow, SplitRow, SplitWords, TimelineMark, TimelinePoint, Wait, answers,
    funnel, number, reasons, season, split, timeline, waits,
};

fn look(width: u32) -> Look {
    Look { palette: Palette::light().filled(), width, height: 0 }
}

fn drawn_words(chart: &Chart) -> Vec<String> {
    chart.scene.marks.iter().filter_map(|mark| if let Mark::Text(text) = mark { Some(text.words.clone()) } else { None }).collect()
}

fn grouped(cell: &str) -> String {
    number::count(cell.parse().expect("a count in plain digits"))
}

const SIZES: [AnswerCounts; 5] = [
    AnswerCounts { yes: 0, maybe: 0, no: 0, none: 0 },
    AnswerCounts { yes: 1, maybe: 0, no: 0, none: 0 },
    AnswerCounts { yes: 152, maybe: 24, no: 31, none: 43 },
    AnswerCounts { yes: 1, maybe: 1, no: 1, none: 999_997 },
    AnswerCounts { yes: 1_000_000, maybe: 0, no: 3, none: 12 },
];

#[test]
fn answers_chart_shows_every_number_of_its_table() {
    for counts in SIZES {
        let chart = answers("Harbour Lights v Northside", counts, &look(720));
        let words = drawn_words(&chart);
        for row in &chart.table.rows {
            assert!(words.contains(&grouped(&row[1])), "{row:?} of the table stands in the chart {words:?}");
            assert!(words.contains(&row[2].replace(' ', "\u{a0}")), "the share of {row:?} stands in the chart {words:?}");
        }
        let table: u32 = chart.table.rows.iter().map(|row| row[1].parse::<u32>().expect("a count")).sum();
        assert_eq!(table, counts.invited(), "the table's counts sum to the guests invited");
    }
}

#[test]
fn season_chart_shows_every_number_of_its_table() {
    let rows: Vec<SeasonRow> =
        SIZES.iter().map(|counts| SeasonRow { label: "A game".into(), date: "Sat 14 Mar".into(), counts: *counts }).collect();
    let chart = season("Season", &rows, &look(960));
    let words = drawn_words(&chart);
    for row in &chart.table.rows {
        for cell in &row[3..] {
            assert!(words.contains(&grouped(cell)), "{cell} of {row:?} stands in the chart");
        }
    }
    assert_eq!(chart.table.rows.len(), rows.len(), "the table has a row per event");
}

#[test]
fn timeline_ends_with_the_last_numbers_of_its_table() {
    let points: Vec<TimelinePoint> = (0..5_000_u32)
        .map(|step| TimelinePoint { seconds: u64::from(step) * 60, at: format!("minute {step}"), yes: step * 3, maybe: step, no: step / 2 })
        .collect();
    let chart = timeline("Harbour Lights v Northside", &points, &[], &look(720));
    let words = drawn_words(&chart);
    let last = chart.table.rows.last().expect("a last row");
    for cell in &last[1..] {
        assert!(words.contains(&grouped(cell)), "{cell} stands at the end of its layer: {words:?}");
    }
    assert_eq!(chart.table.rows.len(), points.len(), "the table keeps what the drawing thins out");
}

const FUNNEL: Funnel = Funnel { sent: 1_250, taken: 1_213, answered: 834, yes: 601 };
const PROVIDERS: SplitWords<'static> =
    SplitWords { title: "By mail provider", group: "Provider", empty: "Nobody is invited yet", to_scale: false };

fn groups() -> Vec<SplitRow> {
    let names = ["Gmail", "Outlook and Hotmail", "Yahoo and AOL", "iCloud", "Another provider with quite a long name"];
    names.iter().zip(SIZES).map(|(name, counts)| SplitRow { label: (*name).to_owned(), note: String::new(), counts }).collect()
}

fn times() -> Vec<Wait> {
    let labels = ["1 hour", "3 hours", "12 hours", "1 day", "2 days", "1 week", "2 weeks", "longer"];
    labels.into_iter().zip([40, 61, 180, 212, 160, 96, 44, 7]).map(|(label, guests)| Wait { label: label.to_owned(), guests }).collect()
}

fn troubles() -> Vec<Reason> {
    let known = [("The mailbox is full", 4), ("The address does not exist", 21), ("Another reason", 1)];
    known.map(|(label, messages)| Reason { label: label.to_owned(), messages }).to_vec()
}

#[test]
fn bars_and_columns_show_every_number_of_their_table() {
    for chart in [
        funnel("How far it came", FUNNEL, &look(480)),
        waits("Time to answer", &times(), &look(480)),
        reasons("Why", &troubles(), &look(480)),
    ] {
        let words = drawn_words(&chart);
        for row in &chart.table.rows {
            assert!(words.contains(&grouped(&row[1])), "{row:?} of the table stands in the chart {words:?}");
        }
    }
    let sorted = reasons("Why", &troubles(), &look(480)).table.rows;
    assert_eq!(sorted[0], ["The address does not exist", "21", "81 %"], "the most frequent reason comes first");
    assert!(
        drawn_words(&waits("Time to answer", &times(), &look(480))).iter().any(|word| word == "Half of the answers came within 1 day"),
        "the middle is said"
    );
}

#[test]
fn groups_show_every_number_of_their_table() {
    for to_scale in [false, true] {
        let chart = split(SplitWords { to_scale, ..PROVIDERS }, &groups(), &look(480));
        let words = drawn_words(&chart);
        for row in &chart.table.rows {
            for cell in &row[2..6] {
                assert!(words.contains(&grouped(cell)), "{cell} of {row:?} stands in the chart");
            }
            let sum: u32 = row[2..6].iter().map(|cell| cell.parse::<u32>().expect("a count")).sum();
            assert_eq!(row[1], sum.to_string(), "the parts are the whole: {row:?}");
        }
    }
}

#[test]
fn marks_of_groups_stay_within_the_picture() {
    for chart in [split(PROVIDERS, &groups(), &look(360)), waits("Time", &times(), &look(360)), reasons("Why", &troubles(), &look(320))] {
        for mark in &chart.scene.marks {
            if let Mark::Polygon { points, .. } = mark {
                let inside = points.iter().all(|(x, y)| (0.0..=chart.scene.width).contains(x) && (0.0..=chart.scene.height).contains(y));
                assert!(inside, "{points:?} lies within {} × {}", chart.scene.width, chart.scene.height);
            }
        }
    }
}

#[test]
fn empty_charts_say_so_instead_of_failing() {
    for (chart, sentence) in [
        (funnel("How far it came", Funnel::default(), &look(0)), "Nobody is invited yet"),
        (waits("Time to answer", &[], &look(0)), "No answers yet"),
        (reasons("Why", &[], &look(0)), "Everything arrived, as far as is known"),
        (split(PROVIDERS, &[], &look(0)), "Nobody is invited yet"),
    ] {
        let words = drawn_words(&chart);
        assert!(words.iter().any(|word| word == sentence), "{sentence} is said: {words:?}");
        assert!(chart.svg().is_ok() && chart.png().is_ok(), "and it is a picture");
    }
    let nobody = drawn_words(&answers("", AnswerCounts::default(), &look(0)));
    assert!(nobody.iter().any(|word| word == "Nobody is invited yet"), "an event without guests says it: {nobody:?}");
    let quiet = drawn_words(&timeline("Quiet", &[], &[], &look(0)));
    assert!(quiet.iter().any(|word| word == "No answers yet"), "a timeline without answers says it: {quiet:?}");
    let blank = drawn_words(&season("Season", &[], &look(0)));
    assert!(blank.iter().any(|word| word == "No event has invitations yet"), "a season without events says it: {blank:?}");
}

#[test]
fn long_titles_end_in_an_ellipsis() {
    let chart = answers(&"A very long title ".repeat(20), SIZES[2], &look(320));
    let title = drawn_words(&chart).into_iter().next().expect("a title");
    assert!(title.ends_with('…') && title.chars().count() < 60, "the title is cut to its room: {title}");
}

#[test]
fn parts_of_a_bar_fill_it_and_none_vanishes() {
    for counts in SIZES.into_iter().filter(|counts| counts.invited() > 0) {
        let widths = part_widths(counts.parts(), 600.0, 2.0);
        let shown = widths.iter().filter(|width| **width > 0.0).count();
        let sum: f64 = widths.iter().sum::<f64>() + 2.0 * (u32::try_from(shown).map(f64::from).expect("four at most") - 1.0);
        assert!((sum - 600.0).abs() < 0.01, "{counts:?} fills its bar: {widths:?}");
        for (count, width) in counts.parts().into_iter().zip(widths) {
            assert_eq!(count > 0, width >= 3.0, "a count of {count} is to be seen: {widths:?}");
        }
    }
}

#[test]
fn counts_and_shares_read_as_people_write_them() {
    assert_eq!([0, 12, 1_200, 1_000_000].map(number::count), ["0", "12", "1,200", "1,000,000"], "thousands are parted");
    let shares = [(0, 5), (1, 1_000), (999, 1_000), (61, 100), (5, 5), (0, 0)].map(|(part, total)| number::share(part, total));
    let expected = ["0\u{a0}%", "<1\u{a0}%", ">99\u{a0}%", "61\u{a0}%", "100\u{a0}%", "0\u{a0}%"];
    assert_eq!(shares, expected, "nobody is rounded away");
    assert_eq!(number::count_ticks(12, 4), [0, 5, 10, 15], "ticks are round numbers that cover the data");
    assert_eq!(number::count_ticks(0, 4), [0, 1], "an empty axis still has a height");
    assert_eq!(number::count_ticks(1_000_000, 4), [0, 500_000, 1_000_000], "a million needs few ticks");
    assert_eq!(number::time_ticks(3 * 86_400, 6).last(), Some(&(3 * 86_400)), "days for days");
    assert_eq!(
        [0, 5_400, 21_600, 86_400, 1_209_600].map(number::elapsed),
        ["sent", "90\u{a0}min", "6\u{a0}h", "1\u{a0}day", "2\u{a0}weeks"],
        "time in words"
    );
}

#[test]
fn svg_names_the_font_and_escapes_titles() {
    let svg = answers("Tom & \"Jerry\" <3", SIZES[2], &look(720)).svg().expect("it can be drawn");
    assert!(svg.contains("font-family=\"Inter, system-ui, sans-serif\""), "the window's own font is asked for");
    assert!(svg.contains("Tom &amp; &quot;Jerry&quot; &lt;3"), "markup in a title stays text");
    assert!(!svg.contains("style="), "a strict content security policy forbids inline styles");
}

/// With `ROLLCALL_CHART_SAMPLES` naming a folder the pictures are kept there for a look.
#[test]
fn every_chart_becomes_a_picture_in_both_colours() {
    let games: Vec<SeasonRow> = (0..17_u32)
        .map(|game| SeasonRow {
            label: ["Harbour Lights v Northside", "Harbour Lights at Old Mill Rovers and District Athletic Club, second leg", "Cup final"]
                [game as usize % 3]
                .into(),
            date: format!("Sat {} Mar", game + 1),
            counts: AnswerCounts { yes: 150 - game * 7, maybe: 10 + game, no: 20 + game * 2, none: 70 + game * 4 },
        })
        .collect();
    let mut points: Vec<TimelinePoint> = vec![TimelinePoint { seconds: 0, at: String::new(), yes: 0, maybe: 0, no: 0 }];
    for hour in 0..200_u32 {
        let grown = |most: u32| most * hour / (hour + 20);
        points.push(TimelinePoint {
            seconds: u64::from(hour) * 3_600 + 1_800,
            at: format!("hour {hour}"),
            yes: grown(167),
            maybe: grown(26),
            no: grown(34),
        });
    }
    let marks = [TimelineMark { seconds: 260_000, label: "Update".into() }, TimelineMark { seconds: 560_000, label: "Cancelled".into() }];
    for (theme, palette) in [("light", Palette::light().filled()), ("dark", Palette::dark().filled())] {
        let look = Look { palette, width: 720, height: 0 };
        let pictures = [
            ("answers", answers("Harbour Lights v Northside", SIZES[2], &look)),
            ("answers-million", answers("Everyone", SIZES[3], &look)),
            ("answers-empty", answers("Nobody", SIZES[0], &look)),
            ("answers-narrow", answers("Harbour Lights v Northside", SIZES[2], &Look { width: 320, ..look.clone() })),
            ("timeline", timeline("Harbour Lights v Northside", &points, &marks, &look)),
            ("timeline-empty", timeline("Harbour Lights v Northside", &[], &[], &look)),
            ("funnel", funnel("From sent to yes", FUNNEL, &Look { width: 480, ..look.clone() })),
            ("providers", split(PROVIDERS, &groups(), &Look { width: 480, ..look.clone() })),
            ("compare", split(SplitWords { to_scale: true, ..PROVIDERS }, &groups(), &look)),
            ("waits", waits("Time to answer", &times(), &Look { width: 480, ..look.clone() })),
            ("reasons", reasons("Did not arrive", &troubles(), &Look { width: 480, ..look.clone() })),
            ("reasons-empty", reasons("Did not arrive", &[], &Look { width: 480, ..look.clone() })),
            ("season", season("Spring season", &games, &Look { width: 960, ..look.clone() })),
        ];
        for (name, chart) in pictures {
            let png = chart.png().expect("a bitmap");
            assert!(png.starts_with(b"\x89PNG"), "{name} is a PNG");
            let svg = chart.svg().expect("a drawing");
            assert!(svg.trim_end().ends_with("</svg>"), "{name} is a whole SVG document");
            if let Some(folder) = std::env::var_os("ROLLCALL_CHART_SAMPLES") {
                let folder = std::path::Path::new(&folder);
                std::fs::write(folder.join(format!("{name}-{theme}.png")), png).expect("kept");
                std::fs::write(folder.join(format!("{name}-{theme}.svg")), svg).expect("kept");
            }
        }
    }
}

#[test]
fn letters_that_the_font_lacks_are_boxes_of_one_width_in_every_file() {
    let width = |text: &str| crate::font::width(text, 100.0, crate::font::Weight::Regular);
    assert!(width("決") > 0.0 && (width("決勝") - width("نه")).abs() < 1e-9, "a box is a box, whatever it stands for");
    assert!((width("e\u{301}\u{200d}") - width("e")).abs() < 1e-9, "what only joins letters has none");
    let counts = AnswerCounts { yes: 1, maybe: 0, no: 0, none: 0 };
    let dark = |title: &str| {
        let png = answers(title, counts, &look(720)).png().expect("a bitmap");
        let mut reader = png::Decoder::new(std::io::Cursor::new(png)).read_info().expect("a PNG");
        let mut pixels = vec![0; reader.output_buffer_size()];
        reader.next_frame(&mut pixels).expect("pixels");
        pixels.iter().filter(|value| **value < 64).count()
    };
    assert!(dark("決勝") > dark(""), "the box is drawn");
    assert_eq!(dark("決勝"), dark("نه"), "alike");
}
