//! Files that are dropped on the window.

use crate::browser::Browser;

const SEASON: &str = include_str!("../../assets/practice/season.ics");

/// A guest list whose third column holds names that are not the guests' own.
const GUESTS: &str = "E-mail,Stand,Contact\nana@club.example,North,Ana Lima\nbo@club.example,South,Bo Berg\ncy@club.example,East,Cy Gray\n";

/// A guest list with addresses that are none, one that is missing, one twice, and one that is likely misspelt.
const FAULTY: &str = "E-mail,Name\nana@club.example,Ana Lima\ndee at club.example,Dee Moss\n,Nobody\nANA@club.example,Ana Lima\n\
    eve@gmial.com,Eve Tan\nbo@club.example,Bo Berg\nfay@@club.example,Fay Orr\ncy@club.example,Cy Gray\n";

#[tokio::test]
async fn a_dropped_calendar_is_previewed_added_and_undone() {
    let window = Browser::start("import").await;
    let file = window.folder.path().join("season.ics");
    // The last game ends before it starts: the rest of the file must still be usable.
    let broken = SEASON.replace("DTEND;TZID=America/New_York:20270103T160000", "DTEND;TZID=America/New_York:20270102T160000");
    std::fs::write(&file, broken).expect("a season to drop");
    window.hold_files(&[&file]).await;
    window.sees("Let go to import").await;
    window.inspect("held").await;
    window.drop_files(&[&file]).await;
    window.sees("could not be read").await;
    window.inspect("preview").await;
    window.press("Add 16").await;
    window.sees("Added to “Harbour Herons”.").await;
    window.inspect("calendar").await;
    bring_a_later_state(&window).await;
    window.undo().await;
    window.sees("Undone").await;
    window.stop().await;
}

/// The same file some weeks later: a game was renamed, another is no longer in it.
async fn bring_a_later_state(window: &Browser) {
    let file = window.folder.path().join("season.ics");
    let later = std::fs::read_to_string(&file)
        .expect("the season as it was")
        .replace("SUMMARY:Herons v Granite Peaks", "SUMMARY:Herons v Granite Peaks (derby)");
    // Of the last two, one could not be read the first time.
    let games: Vec<&str> = later.split("BEGIN:VEVENT").collect();
    let kept = games.iter().take(games.len() - 2).copied().collect::<Vec<_>>().join("BEGIN:VEVENT");
    std::fs::write(&file, format!("{kept}END:VCALENDAR\r\n")).expect("a later season");
    window.drop_files(&[&file]).await;
    window.sees("No longer in the file").await;
    window.inspect("preview-later").await;
    window.press("Update").await;
    window.sees("Added to “Harbour Herons”.").await;
}

#[tokio::test]
async fn guests_are_imported_with_a_column_put_right() {
    let window = Browser::start("guests").await;
    let file = window.folder.path().join("members.csv");
    std::fs::write(&file, GUESTS).expect("guests to drop");
    window.drop_files(&[&file]).await;
    window.sees("Contact").await;
    window.inspect("columns").await;
    // The column of contacts was taken for the guests' own names.
    window.choose("Name", "Leave out").await;
    window.sees("No name").await;
    window.press("Add 3 guests to “members”").await;
    window.sees("3 guests added").await;
    window.inspect("guests").await;
    window.press("Undo").await;
    window.misses("ana@club.example").await;
    bring_a_faulty_list(&window).await;
    window.stop().await;
}

/// Rows that cannot be used are named with their lines, and the others come in.
async fn bring_a_faulty_list(window: &Browser) {
    let file = window.folder.path().join("helpers.csv");
    std::fs::write(&file, FAULTY).expect("guests to drop");
    window.drop_files(&[&file]).await;
    window.sees("dee at club.example").await;
    window.inspect("faults").await;
    window.press("1\nTwice in the file").await;
    window.sees("ANA@club.example").await;
    window.inspect("faults-doubled").await;
    window.press("Add 4 guests to “helpers”").await;
    window.sees("4 guests added").await;
    window.inspect("faults-added").await;
}
