//! Guests: people and rooms, their lists, and how they come in.

mod columns;
mod domains;
pub(crate) mod import;
mod lists;
mod people;
mod reading;
mod rows;
mod suppressions;
mod then;
pub mod view;

pub use columns::choose;
pub use import::{apply, correct, preview, remap, undo};
pub use lists::{add_members, all_lists, create_list, delete_list, list_named, remove_members, rename_list, restore_list};
pub use people::{delete, named, page, restore, save, show, suppress};
pub use suppressions::{add_suppressions, lift_suppressions, suppressions};
pub use then::show_at;

use store::guest::{Guest, Standing};

use self::view::GuestView;

/// A guest as the window sees it.
fn person_view(guest: Guest, standing: Standing) -> GuestView {
    let profile = guest.profile;
    GuestView {
        id: guest.id.to_string(),
        address: profile.address_shown,
        name: profile.name,
        first_name: profile.first_name,
        last_name: profile.last_name,
        zone: profile.zone,
        language: profile.language,
        role: profile.role,
        fields: profile.fields,
        lists: standing.lists,
        last_answer: standing.last_answer,
        suppressed: standing.suppressed,
    }
}
