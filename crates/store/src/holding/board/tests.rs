use super::{Filter, Scope, sql};
use crate::fixture::plans;

#[tokio::test]
async fn page_of_the_board_is_neither_scanned_nor_sorted() {
    let mut statements: Vec<String> = Filter::ALL.iter().map(|filter| sql(Scope::Event(1), *filter)).collect();
    statements.push(sql(Scope::Campaign(1), Filter::All));
    for plan in plans(statements).await {
        assert!(!plan.contains("SCAN"), "a page reads only its own rows, however few of a million are shown: {plan}");
        assert!(!plan.contains("TEMP B-TREE"), "and they lie in the page's order: {plan}");
    }
}
