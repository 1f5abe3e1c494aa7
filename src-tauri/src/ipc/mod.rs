//! Commands of the window. Each reads its arguments, calls one engine function and hands on the result.

mod accounts;
mod answers;
mod app;
mod calendars;
mod campaigns;
mod guests;

use engine::event::EngineEvent;
use serde::Serialize;
use specta::Type;
use tauri_specta::{Builder, collect_commands, collect_events};

/// An engine event on its way to the window.
#[derive(Clone, Debug, Serialize, Type, tauri_specta::Event)]
pub struct Happened(pub EngineEvent);

/// Every command and event, for the window and for the generated types.
#[must_use]
pub fn builder() -> Builder<tauri::Wry> {
    Builder::<tauri::Wry>::new()
        .commands(collect_commands![
            calendars::list_calendars,
            calendars::create_calendar,
            calendars::update_calendar,
            calendars::set_standing_order,
            calendars::delete_calendar,
            calendars::restore_calendar,
            calendars::list_occurrences,
            calendars::show_event,
            calendars::create_event,
            calendars::edit_event,
            calendars::delete_event,
            calendars::restore_event,
            calendars::preview_import,
            calendars::preview_pasted,
            calendars::apply_import,
            calendars::undo_import,
            calendars::export_calendar,
            calendars::search,
            guests::list_guests,
            guests::show_guest,
            guests::save_guest,
            guests::delete_guests,
            guests::restore_guests,
            guests::list_guest_lists,
            guests::create_guest_list,
            guests::rename_guest_list,
            guests::delete_guest_list,
            guests::restore_guest_list,
            guests::add_to_list,
            guests::remove_from_list,
            guests::preview_guests,
            guests::remap_guests,
            guests::correct_guests,
            guests::apply_guests,
            guests::undo_guest_import,
            guests::suppress_guests,
            guests::list_suppressions,
            guests::add_suppressions,
            guests::lift_suppressions,
            accounts::list_accounts,
            accounts::add_sender,
            accounts::add_inbox,
            accounts::show_account,
            accounts::edit_account,
            accounts::remove_account,
            accounts::check_account,
            accounts::probe_inbox,
            campaigns::list_campaigns,
            campaigns::create_campaign,
            campaigns::update_campaign,
            campaigns::delete_campaign,
            campaigns::show_campaign,
            campaigns::preview_audience,
            campaigns::preview_message,
            campaigns::test_campaign,
            campaigns::send_campaign,
            campaigns::pause_campaign,
            campaigns::resume_campaign,
            campaigns::stop_campaign,
            campaigns::list_deliveries,
            campaigns::settle_delivery,
            campaigns::adopt_ledger,
            campaigns::list_changes,
            campaigns::preview_update,
            campaigns::send_update,
            campaigns::list_settled,
            campaigns::tell_nobody,
            campaigns::ask_again,
            campaigns::preview_act,
            campaigns::act_on_guests,
            campaigns::show_reminder_days,
            campaigns::choose_reminder_days,
            answers::show_answers,
            answers::list_event_answers,
            answers::list_guest_answers,
            answers::show_receipt,
            answers::list_desk,
            answers::show_desk_item,
            answers::find_desk_guests,
            answers::rule_desk,
            answers::list_leavers,
            answers::settle_leaver,
            answers::undo_rulings,
            answers::set_answers,
            answers::pull_inboxes,
            answers::import_answers,
            answers::show_chart,
            answers::export_chart,
            answers::export_answers,
            answers::show_bounce_patience,
            answers::choose_bounce_patience,
            app::show_overview,
            app::start_rehearsal,
            app::advance_rehearsal,
            app::end_rehearsal,
            app::back_up,
            app::inspect_backup,
            app::restore_backup,
            app::show_safety,
            app::unlock_vault,
            app::choose_recovery,
            app::choose_backup_folder,
            app::export_log,
            app::put_setting,
            app::get_setting,
            app::mark_answers_seen,
        ])
        .events(collect_events![Happened])
}
