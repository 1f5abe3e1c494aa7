use anyhow::Result;

use super::{CAMPAIGN_COUNTS, CAMPAIGN_TURNS, EVENT_COUNTS, EVENT_TURNS, Scope, guests_sql};
use crate::{Reader, Store};

fn plan(r: &Reader<'_>, sql: &str) -> Result<String> {
    let mut explain = r.0.prepare(&format!("EXPLAIN QUERY PLAN {sql}"))?;
    let count = explain.parameter_count();
    let steps = explain.query_map(rusqlite::params_from_iter(vec![1; count]), |row| row.get::<_, String>(3))?;
    Ok(steps.collect::<rusqlite::Result<Vec<_>>>()?.join("\n"))
}

async fn plans(statements: Vec<String>) -> Vec<String> {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::open(&folder.path().join("rollcall.db")).await.expect("a database");
    store.read(move |r| statements.iter().map(|sql| plan(r, sql)).collect()).await.expect("plans")
}

#[tokio::test]
async fn page_of_guests_is_neither_scanned_nor_sorted() {
    for plan in plans(vec![guests_sql(Scope::Event(1)).0, guests_sql(Scope::Campaign(1)).0]).await {
        assert!(!plan.contains("SCAN"), "a page reads only its own rows: {plan}");
        assert!(!plan.contains("TEMP B-TREE"), "and they lie in the page's order: {plan}");
    }
}

#[tokio::test]
async fn charts_reach_every_table_by_an_index() {
    let desk = "SELECT id FROM receipt WHERE state = 'desk' ORDER BY id LIMIT 1";
    let statements = [EVENT_COUNTS, CAMPAIGN_COUNTS, EVENT_TURNS, CAMPAIGN_TURNS, desk];
    for plan in plans(statements.map(str::to_owned).to_vec()).await {
        for table in ["receipt", "holding", "invitation", "delivery", "r", "h", "i"] {
            let scanned = plan.lines().any(|step| step == format!("SCAN {table}"));
            assert!(!scanned, "{table} is not read as a whole: {plan}");
        }
    }
}
