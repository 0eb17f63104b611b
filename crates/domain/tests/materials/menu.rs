use carillon_domain::{
    account::menu::{self, MAX_BUTTONS, MAX_CHILDREN},
    card,
};
use carillon_model::{
    error::{Error, Rule},
    id::AccountId,
    service_account::{Menu, MenuButton, MenuButtonKind},
};

use crate::world::World;

fn set(world: &World, id: &AccountId, menu: &Menu) -> Result<(), Error> {
    let (id, menu) = (id.clone(), menu.clone());
    world.write(move |tx, _, corp| menu::set(tx, corp, &id, &menu))
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
    let mut world = World::new();
    let id = world.add_account("一").unwrap();
    let article = world.add_article(&id, "天气");
    let account = id.clone();
    let card = world.write(move |tx, env, corp| card::add(tx, env, corp, &account, vec![article])).unwrap();
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
            // The documented example of a parent has a type; it is kept.
            MenuButton { children: vec![view], ..click("Parent too") },
            of_media(MenuButtonKind::MediaId, card.as_str()),
            of_media(MenuButtonKind::MediaId, world.picture().as_str()),
        ],
        enable_input: false,
        stopped: true,
    };
    set(&world, &id, &menu).unwrap();
    let account = id.clone();
    assert_eq!(world.read(|tx, corp| menu::get(tx, corp, &account)).unwrap(), menu);
    let state = world.state();
    assert_eq!(world.reopen(), state);
    assert_eq!(world.read(|tx, corp| menu::get(tx, corp, &id)).unwrap(), menu);

    let smaller = one(click("Only"));
    set(&world, &id, &smaller).unwrap();
    assert_eq!(
        world.read(|tx, corp| menu::get(tx, corp, &id)).unwrap(),
        smaller,
        "nothing of the menu before stays"
    );
    let state = world.state();
    assert_eq!(world.reopen(), state);
}

#[test]
fn an_account_without_a_menu_lets_members_write() {
    let world = World::new();
    let id = world.add_account("一").unwrap();
    let menu = world.read(|tx, corp| menu::get(tx, corp, &id)).unwrap();
    assert_eq!(menu, Menu { buttons: Vec::new(), enable_input: true, stopped: false });
}

#[test]
fn each_type_needs_what_it_works_with() {
    let world = World::new();
    let id = world.add_account("一").unwrap();
    let other = world.add_account("二").unwrap();
    let foreign = world.add_article(&other, "别人的");
    let deleted = world.add_article(&id, "删了");
    world.delete_article(&id, deleted);
    let view = |url: Option<&str>| MenuButton {
        kind: Some(MenuButtonKind::View),
        url: url.map(str::to_owned),
        ..Default::default()
    };
    let cases = [
        (MenuButton::default(), "type"),
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
        let answer = set(&world, &id, &one(button.clone()));
        let path = format!("menu.button[0].{expected}");
        assert!(
            matches!(&answer, Err(Error::Invalid { field, .. }) if *field == path),
            "{button:?}: {answer:?}"
        );
        let parent = MenuButton { children: vec![click("y"), button.clone()], ..Default::default() };
        let answer = set(&world, &id, &one(parent));
        let path = format!("menu.button[0].sub_button[1].{expected}");
        assert!(
            matches!(&answer, Err(Error::Invalid { field, .. }) if *field == path),
            "{button:?}: {answer:?}"
        );
    }
    assert!(world.state().corp(&world.corp).unwrap().account(&id).unwrap().menu.is_none());
}

#[test]
fn a_menu_has_two_levels_and_limited_width() {
    let world = World::new();
    let id = world.add_account("一").unwrap();
    let wide = |count| Menu { buttons: vec![click("x"); count], ..Menu::default() };
    set(&world, &id, &wide(MAX_BUTTONS)).unwrap();
    assert!(matches!(set(&world, &id, &wide(MAX_BUTTONS + 1)), Err(Error::Invalid { .. })));
    let tall = |count| one(MenuButton { children: vec![click("x"); count], ..Default::default() });
    set(&world, &id, &tall(MAX_CHILDREN)).unwrap();
    assert!(matches!(set(&world, &id, &tall(MAX_CHILDREN + 1)), Err(Error::Invalid { .. })));
    let deep = MenuButton { children: vec![click("x")], ..click("y") };
    let deep = one(MenuButton { children: vec![deep], ..Default::default() });
    assert!(matches!(set(&world, &id, &deep), Err(Error::Invalid { .. })));
    world.disable(&id);
    assert_eq!(set(&world, &id, &wide(1)), Err(Rule::AccountDisabled.into()));
}

#[test]
fn the_target_of_an_article_button_is_its_link_while_it_can_be_read() {
    let world = World::new();
    let id = world.add_account("一").unwrap();
    let article = world.add_article(&id, "天气");
    let button = of_media(MenuButtonKind::ViewArticle, &article.to_string());
    let target = || world.read(|tx, corp| menu::target(tx, corp, &id, &button, "http://here")).unwrap();
    assert_eq!(target(), None);
    world.publish(&id, article);
    assert_eq!(target(), Some(format!("http://here/article/ding0001/{article}")));
    world.delete_article(&id, article);
    assert_eq!(target(), None);
}
