//! What the browser shows at the end.

/// A page of HTML that needs nothing from anywhere.
pub(super) fn html(title: &str, sentence: &str) -> String {
    let (title, sentence) = (escaped(title), escaped(sentence));
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <meta name=\"color-scheme\" content=\"light dark\"><title>{title}</title><style>\
         body{{font:1.05rem/1.6 system-ui,sans-serif;max-width:32rem;margin:18vh auto;padding:0 1.5rem}}h1{{font-size:1.5rem}}\
         </style></head><body><h1>{title}</h1><p>{sentence}</p></body></html>"
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_from_elsewhere_are_no_markup() {
        let page = html("No", "<script>alert(1)</script>");
        assert!(!page.contains("<script>") && page.contains("&lt;script&gt;"), "{page}");
    }
}
