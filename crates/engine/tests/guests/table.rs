//! The guest table, lists and suppression by hand.

use engine::guests;
use engine::guests::view::{GuestDraft, GuestQuery};
use engine::{Code, Engine, Failure};

use super::{everyone, pasted};
use crate::sandbox::Sandbox;

async fn with_three(engine: &Engine) -> String {
    let preview = pasted(engine, "Zoë Ångström <zoe@a.example>, bob <bob@b.example>; Ann Lee <ann.lee@c.example>").await;
    guests::apply(engine, &preview.id, "Season").await.expect("three guests").list
}

fn search(text: &str) -> GuestQuery {
    GuestQuery { search: text.to_owned(), ..GuestQuery::default() }
}

#[tokio::test]
async fn guests_are_found_by_beginnings_of_words_without_accents() {
    let sandbox = Sandbox::new();
    let engine = sandbox.engine().await;
    let list = with_three(&engine).await;
    let names: Vec<String> = everyone(&engine).await.rows.into_iter().map(|guest| guest.name).collect();
    assert_eq!(names, ["Ann Lee", "bob", "Zoë Ångström"], "by name, in any case");
    for (text, name) in [("zoe", "Zoë Ångström"), ("angs", "Zoë Ångström"), ("ann lee c.ex", "Ann Lee"), ("BOB@b", "bob")] {
        let found = guests::page(engine.store(), search(text)).await.expect("a page");
        assert_eq!(found.rows.iter().map(|guest| guest.name.as_str()).collect::<Vec<_>>(), [name], "“{text}” finds {name}");
        assert_eq!(found.total, 1, "and counts it");
    }
    for text in ["zo* OR bob", "\"", "NEAR("] {
        let found = guests::page(engine.store(), search(text)).await.expect("what is typed is never a query");
        assert_eq!(found.total, 0, "“{text}” finds nobody");
    }
    let second = GuestQuery { list: list.clone(), from: 1, limit: 1, ..GuestQuery::default() };
    let page = guests::page(engine.store(), second).await.expect("a page");
    assert_eq!((page.rows.len(), page.total), (1, 3), "one row of three");
    assert_eq!(page.rows[0].name, "bob", "the second by name");
}

#[tokio::test]
async fn a_removed_guest_comes_back_to_its_lists() {
    let sandbox = Sandbox::new();
    let engine = sandbox.engine().await;
    with_three(&engine).await;
    let ids: Vec<String> = everyone(&engine).await.rows.into_iter().take(2).map(|guest| guest.id).collect();
    guests::delete(&engine, &ids).await.expect("they can be removed");
    assert_eq!(everyone(&engine).await.total, 1, "two are out of view");
    assert_eq!(guests::list_named(engine.store(), "Season").await.expect("the list").guests, 1, "and off the list");
    guests::restore(&engine, &ids).await.expect("they can be brought back");
    assert_eq!(guests::list_named(engine.store(), "Season").await.expect("the list").guests, 3, "with their list");
}

#[tokio::test]
async fn a_deleted_list_keeps_its_guests_and_can_come_back() {
    let sandbox = Sandbox::new();
    let engine = sandbox.engine().await;
    let list = with_three(&engine).await;
    guests::delete_list(&engine, &list).await.expect("it can be deleted");
    assert!(guests::all_lists(engine.store()).await.expect("the lists").is_empty(), "no list is left");
    assert_eq!(everyone(&engine).await.total, 3, "its guests are");
    let newer = guests::create_list(&engine, "Season").await.expect("the name is free");
    let Err(error) = guests::restore_list(&engine, &list).await else { panic!("the name is taken again") };
    assert_eq!(Failure::from(error).code, Code::NameTaken, "two lists of one name could not be told apart");
    guests::rename_list(&engine, &newer.id, "Other").await.expect("the newer one gives way");
    assert_eq!(guests::restore_list(&engine, &list).await.expect("it comes back").guests, 3, "with its guests");
}

#[tokio::test]
async fn a_guest_is_added_changed_and_refused_twice() {
    let sandbox = Sandbox::new();
    let engine = sandbox.engine().await;
    let draft = |address: &str, name: &str| GuestDraft { address: address.to_owned(), name: name.to_owned(), ..GuestDraft::default() };
    let list = guests::create_list(&engine, "Board").await.expect("a list");
    let added = guests::save(&engine, "", draft("Ada@Club.example", "Dr. Ada Lovelace"), &list.id).await.expect("a guest");
    assert_eq!((added.first_name.as_str(), added.role.as_str()), ("Ada", "required"), "a title is no first name");
    assert_eq!(added.lists, ["Board"], "it stands on the list");
    let Err(error) = guests::save(&engine, "", draft("ada@club.EXAMPLE", "Someone"), "").await else { panic!("the address is taken") };
    assert_eq!(Failure::from(error).code, Code::NameTaken, "one guest per address");
    let changed = guests::save(&engine, &added.id, draft("ada@new.example", "Ada King"), "").await.expect("it can move");
    assert_eq!((changed.id, changed.address.as_str()), (added.id, "ada@new.example"), "the same guest at a new address");
    let Err(error) = guests::save(&engine, "", draft("nobody", ""), "").await else { panic!("that is no address") };
    assert!(error.to_string().contains('@'), "the sentence says what an address looks like: {error}");
}

#[tokio::test]
async fn suppression_by_hand_is_shown_and_lifted() {
    let sandbox = Sandbox::new();
    let engine = sandbox.engine().await;
    with_three(&engine).await;
    let id = everyone(&engine).await.rows[0].id.clone();
    guests::suppress(&engine, std::slice::from_ref(&id), true).await.expect("no mail to this one");
    assert_eq!(guests::show(engine.store(), &id).await.expect("the guest").suppressed, "by_hand", "the reason is shown");
    let preview = pasted(&engine, "ann.lee@c.example").await;
    assert_eq!(preview.suppressed, 1, "an import counts who gets no mail");
    guests::suppress(&engine, std::slice::from_ref(&id), false).await.expect("mail again");
    assert_eq!(guests::show(engine.store(), &id).await.expect("the guest").suppressed, "", "lifted");
}
