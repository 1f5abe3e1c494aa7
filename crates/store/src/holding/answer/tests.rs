use super::{CAMPAIGN_COUNTS, EVENT_COUNTS};
use crate::fixture::plans;
use crate::holding::given::{CAMPAIGN_TURNS, EVENT_TURNS};

#[tokio::test]
async fn charts_reach_every_table_by_an_index() {
    let desk = "SELECT id FROM receipt WHERE state = 'desk' ORDER BY id LIMIT 1";
    let statements = [EVENT_COUNTS, CAMPAIGN_COUNTS, EVENT_TURNS, CAMPAIGN_TURNS, desk];
    for plan in plans(statements.map(str::to_owned).to_vec()).await {
        for table in ["receipt", "holding", "invitation", "delivery", "given", "g", "h", "i"] {
            let scanned = plan.lines().any(|step| step == format!("SCAN {table}"));
            assert!(!scanned, "{table} is not read as a whole: {plan}");
        }
    }
}
