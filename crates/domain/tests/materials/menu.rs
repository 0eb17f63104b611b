use carillon_domain::{
    account::menu::{self, MAX_BUTTONS, MAX_CHILDREN},
    card,
};
use carillon_model::{
    error::{Error, Rule},
    id::AccountId,
    service_account::{Menu, MenuButton, MenuButtonKind},
};

use crate::materials::fixture::MaterialsFixture;

fn set(fixture: &MaterialsFixture, id: &AccountId, menu: &Menu) -> Result<(), Error> {
    let (id, menu) = (id.clone(), menu.clone());
    fixture.write(move |tx, _, corp| menu::set(tx, corp, &id, &menu))
}

fn click(name: &str) -> MenuButton {
    MenuButton {
        name: name.to_owned(),
        kind: Some(MenuButtonKind::Click),
        key: Some("KEY".to_owned()),
        ..Default::default()
    }
}

fn of_media(kind: MenuButtonKind, media_id: &str) -> MenuButton {
    MenuButton {
        name: "m".to_owned(),
        kind: Some(kind),
        media_id: Some(media_id.to_owned()),
        ..Default::default()
    }
}

fn one(button: MenuButton) -> Menu {
    Menu { buttons: vec![button], enable_input: true, stopped: false }
}

#[test]
fn a_menu_comes_back_as_it_was_set_also_after_a_restart() {
    let mut fixture = MaterialsFixture::new();
    let id = fixture.add_account("一").unwrap();
    let article = fixture.add_article(&id, "天气");
    let account = id.clone();
    let card = fixture.write(move |tx, env, corp| card::add(tx, env, corp, &account, vec![article])).unwrap();
    let view = MenuButton {
        name: "Site".to_owned(),
        kind: Some(MenuButtonKind::View),
        url: Some("https://example.com".to_owned()),
        ..Default::default()
    };
    let menu = Menu {
        buttons: vec![
            MenuButton {
                name: "Parent".to_owned(),
                children: vec![
                    click("Today"),
                    view.clone(),
                    of_media(MenuButtonKind::ViewArticle, &article.to_string()),
                ],
                ..Default::default()
            },
            // The documented example has a parent with a type, which is stored.
            MenuButton { children: vec![view], ..click("Parent too") },
            of_media(MenuButtonKind::MediaId, card.as_str()),
            of_media(MenuButtonKind::MediaId, fixture.picture().as_str()),
        ],
        enable_input: false,
        stopped: true,
    };
    set(&fixture, &id, &menu).unwrap();
    let account = id.clone();
    assert_eq!(fixture.read(|tx, corp| menu::get(tx, corp, &account)).unwrap(), menu);
    let state = fixture.state();
    assert_eq!(fixture.reopen(), state);
    assert_eq!(fixture.read(|tx, corp| menu::get(tx, corp, &id)).unwrap(), menu);

    let smaller = one(click("Only"));
    set(&fixture, &id, &smaller).unwrap();
    assert_eq!(
        fixture.read(|tx, corp| menu::get(tx, corp, &id)).unwrap(),
        smaller,
        "nothing of the menu before stays"
    );
    let state = fixture.state();
    assert_eq!(fixture.reopen(), state);
}

#[test]
fn an_account_without_a_menu_lets_members_write() {
    let fixture = MaterialsFixture::new();
    let id = fixture.add_account("一").unwrap();
    let menu = fixture.read(|tx, corp| menu::get(tx, corp, &id)).unwrap();
    assert_eq!(menu, Menu { buttons: Vec::new(), enable_input: true, stopped: false });
}

#[test]
fn each_type_needs_what_it_works_with() {
    let fixture = MaterialsFixture::new();
    let id = fixture.add_account("一").unwrap();
    let other = fixture.add_account("二").unwrap();
    let foreign = fixture.add_article(&other, "别人的");
    let deleted = fixture.add_article(&id, "删了");
    fixture.delete_article(&id, deleted);
    let view = |url: Option<&str>| MenuButton {
        name: "x".to_owned(),
        kind: Some(MenuButtonKind::View),
        url: url.map(str::to_owned),
        ..Default::default()
    };
    let cases = [
        (MenuButton { name: "x".to_owned(), ..Default::default() }, "type"),
        (MenuButton { name: String::new(), ..click("x") }, "name"),
        (MenuButton { key: None, ..click("x") }, "key"),
        (MenuButton { key: Some(" ".to_owned()), ..click("x") }, "key"),
        (view(None), "url"),
        (view(Some("java\tScript:alert(1)")), "url"),
        (MenuButton { media_id: None, ..of_media(MenuButtonKind::MediaId, "") }, "media_id"),
        (of_media(MenuButtonKind::MediaId, "nothing"), "media_id"),
        (of_media(MenuButtonKind::ViewArticle, "nothing"), "media_id"),
        (of_media(MenuButtonKind::ViewArticle, "4711"), "media_id"),
        (of_media(MenuButtonKind::ViewArticle, &foreign.to_string()), "media_id"),
        (of_media(MenuButtonKind::ViewArticle, &deleted.to_string()), "media_id"),
    ];
    for (button, expected) in cases {
        let answer = set(&fixture, &id, &one(button.clone()));
        let path = format!("menu.button[0].{expected}");
        assert!(
            matches!(&answer, Err(Error::Invalid { field, .. }) if *field == path),
            "{button:?}: {answer:?}"
        );
        let parent = MenuButton {
            name: "上级".into(),
            children: vec![click("y"), button.clone()],
            ..Default::default()
        };
        let answer = set(&fixture, &id, &one(parent));
        let path = format!("menu.button[0].sub_button[1].{expected}");
        assert!(
            matches!(&answer, Err(Error::Invalid { field, .. }) if *field == path),
            "{button:?}: {answer:?}"
        );
    }
    assert!(fixture.state().corp(&fixture.corp).unwrap().account(&id).unwrap().menu.is_none());
}

#[test]
fn a_menu_has_two_levels_and_limited_width() {
    let fixture = MaterialsFixture::new();
    let id = fixture.add_account("一").unwrap();
    let wide = |count| Menu { buttons: vec![click("x"); count], ..Menu::default() };
    set(&fixture, &id, &wide(MAX_BUTTONS)).unwrap();
    assert!(matches!(set(&fixture, &id, &wide(MAX_BUTTONS + 1)), Err(Error::Invalid { .. })));
    let tall = |count| {
        one(MenuButton { name: "上级".into(), children: vec![click("x"); count], ..Default::default() })
    };
    set(&fixture, &id, &tall(MAX_CHILDREN)).unwrap();
    assert!(matches!(set(&fixture, &id, &tall(MAX_CHILDREN + 1)), Err(Error::Invalid { .. })));
    let deep = MenuButton { children: vec![click("x")], ..click("y") };
    let deep = one(MenuButton { name: "上级".into(), children: vec![deep], ..Default::default() });
    assert!(matches!(set(&fixture, &id, &deep), Err(Error::Invalid { .. })));
    fixture.disable(&id);
    assert_eq!(set(&fixture, &id, &wide(1)), Err(Rule::AccountDisabled.into()));
}

#[test]
fn the_target_of_an_article_button_is_its_link_while_it_can_be_read() {
    let fixture = MaterialsFixture::new();
    let id = fixture.add_account("一").unwrap();
    let article = fixture.add_article(&id, "天气");
    let button = of_media(MenuButtonKind::ViewArticle, &article.to_string());
    let target = || {
        fixture.read(|tx, corp| menu::target(tx, corp, &id, &button, &fixture.env, "http://here")).unwrap()
    };
    assert_eq!(target(), None);
    fixture.publish(&id, article);
    assert!(target().is_some_and(|to| to.starts_with(&format!("http://here/article/ding0001/{article}-"))));
    fixture.delete_article(&id, article);
    assert_eq!(target(), None);
}
