use carillon_domain::account::{self, AccountChange};
use carillon_model::{
    error::{Error, Rule},
    id::{AccountId, MediaId},
    media::MediaType,
    service_account::MAX_ACCOUNTS,
};

use crate::materials::fixture::MaterialsFixture;

fn update(fixture: &MaterialsFixture, id: &AccountId, change: AccountChange) -> Result<(), Error> {
    let id = id.clone();
    fixture.write(move |tx, _, corp| account::update(tx, corp, &id, change))
}

fn rename(name: &str) -> AccountChange {
    AccountChange { name: Some(name.to_owned()), ..Default::default() }
}

#[test]
fn an_added_account_is_found_and_survives_a_restart() {
    let mut fixture = MaterialsFixture::new();
    let id = fixture.add_account("新闻").unwrap();
    assert!(id.as_str().ends_with("iE") && id.as_str().len() == 24, "{id}");
    let before = fixture.state();
    let account = before.corp(&fixture.corp).unwrap().account(&id).unwrap();
    assert_eq!((account.name.as_str(), account.brief.as_str(), account.desc.as_str()), ("新闻", "短", "长"));
    assert!(!account.disabled);
    assert_eq!(fixture.reopen(), before);
}

#[test]
fn names_are_unique_among_accounts_that_are_not_disabled() {
    let fixture = MaterialsFixture::new();
    let first = fixture.add_account("一").unwrap();
    let second = fixture.add_account("二").unwrap();
    assert_eq!(fixture.add_account("一"), Err(Rule::AccountNameTaken.into()));
    assert_eq!(update(&fixture, &second, rename("一")), Err(Rule::AccountNameTaken.into()));
    update(&fixture, &second, rename("二")).expect("its own name is no other's");

    fixture.disable(&first);
    update(&fixture, &second, rename("一")).expect("the name is free again");
    assert_eq!(fixture.add_account("一"), Err(Rule::AccountNameTaken.into()));
    fixture.add_account("二").expect("the name before is free too");
}

#[test]
fn the_fortieth_account_is_the_last_until_one_is_disabled() {
    let fixture = MaterialsFixture::new();
    let mut last = None;
    for number in 0..MAX_ACCOUNTS {
        last = Some(fixture.add_account(&format!("账号{number}")).unwrap());
    }
    assert_eq!(fixture.add_account("一个太多"), Err(Rule::TooManyAccounts.into()));
    fixture.disable(&last.unwrap());
    fixture.add_account("又一个").expect("room for one");
    assert_eq!(fixture.add_account("一个太多"), Err(Rule::TooManyAccounts.into()));
}

#[test]
fn a_change_keeps_unnamed_fields() {
    let mut fixture = MaterialsFixture::new();
    let id = fixture.add_account("一").unwrap();
    let picture = fixture.picture();
    let change = AccountChange {
        brief: Some(String::new()),
        avatar_media_id: Some(picture.clone()),
        disabled: Some(false),
        ..Default::default()
    };
    update(&fixture, &id, change).unwrap();
    let state = fixture.state();
    let account = state.corp(&fixture.corp).unwrap().account(&id).unwrap();
    assert_eq!((account.name.as_str(), account.brief.as_str(), account.desc.as_str()), ("一", "", "长"));
    assert_eq!(account.avatar_media_id, picture);
    assert_ne!(account.preview_media_id, picture);
    assert_eq!(fixture.reopen(), state);
}

#[test]
fn a_disabled_account_stays_and_never_comes_back() {
    let mut fixture = MaterialsFixture::new();
    let id = fixture.add_account("一").unwrap();
    fixture.disable(&id);
    let disabled = || AccountChange { disabled: Some(true), ..Default::default() };
    update(&fixture, &id, disabled()).expect("asked again, nothing to do");
    update(&fixture, &id, AccountChange { disabled: Some(true), ..rename("一") }).expect("nothing to do");
    let enabled = AccountChange { disabled: Some(false), ..Default::default() };
    assert_eq!(update(&fixture, &id, enabled), Err(Rule::AccountDisabled.into()));
    assert_eq!(update(&fixture, &id, rename("二")), Err(Rule::AccountDisabled.into()));
    assert_eq!(update(&fixture, &AccountId::from("nobody"), disabled()), Err(Rule::UnknownAccount.into()));
    let state = fixture.state();
    assert!(state.corp(&fixture.corp).unwrap().account(&id).unwrap().disabled);
    assert_eq!(fixture.reopen(), state);
}

#[test]
fn pictures_must_be_pictures_of_the_organisation() {
    let mut fixture = MaterialsFixture::new();
    let sound = fixture.add_media(MediaType::Voice, "a.amr", b"#!AMR\n\0").unwrap();
    let account = fixture.add_account("一").unwrap();
    for wrong in [sound, MediaId::from("@lAnothing")] {
        let mut new = fixture.new_account("二");
        new.avatar_media_id = wrong.clone();
        let added = fixture.write(move |tx, env, corp| account::add(tx, env, corp, new));
        assert!(
            matches!(&added, Err(Error::Invalid { field, .. }) if field == "avatar_media_id"),
            "{added:?}"
        );
        let change = AccountChange { preview_media_id: Some(wrong), ..Default::default() };
        let updated = update(&fixture, &account, change);
        assert!(
            matches!(&updated, Err(Error::Invalid { field, .. }) if field == "preview_media_id"),
            "{updated:?}"
        );
    }
    let foreign = fixture.new_account("二");
    fixture.corp = fixture.add_corp("ding0002");
    let added = fixture.write(move |tx, env, corp| account::add(tx, env, corp, foreign));
    assert!(matches!(added, Err(Error::Invalid { .. })), "another organisation's pictures are not ours");
    let found = update(&fixture, &account, rename("三"));
    assert_eq!(found, Err(Rule::UnknownAccount.into()), "nor are its accounts");
}
