use carillon_model::{
    error::Rule,
    message::Message,
    service_account::{Menu, MenuButton, MenuButtonKind},
    talk::{TalkContent, TalkSource},
};

use crate::{
    company::broken,
    office::{Office, row_words},
};

fn button(name: &str, kind: MenuButtonKind) -> MenuButton {
    MenuButton { name: name.to_owned(), kind: Some(kind), ..MenuButton::default() }
}

fn click(name: &str) -> MenuButton {
    MenuButton { key: Some(format!("key {name}")), ..button(name, MenuButtonKind::Click) }
}

#[test]
fn a_click_is_in_the_conversation() {
    let office = Office::new();
    let parent = MenuButton {
        children: vec![click("下一"), click("下二")],
        ..button("上", MenuButtonKind::Click)
    };
    let link = MenuButton { url: Some("https://e".to_owned()), ..button("链", MenuButtonKind::View) };
    office.buttons(vec![click("一"), parent, link]);
    assert_eq!(office.choose(0, None).unwrap()[0].content, TalkContent::Choice { name: "一".to_owned() });
    let rows = office.choose(1, Some(1)).unwrap();
    assert_eq!((rows.len(), rows[0].source), (1, TalkSource::Member));
    assert_eq!(office.conversation(&office.member), ["chose 下二", "chose 一"]);

    for (button, item) in [(1, None), (1, Some(2)), (2, None), (3, None), (0, Some(0)), (usize::MAX, None)] {
        broken(office.choose(button, item), Rule::UnknownMenuItem);
    }
    office.set_menu(Menu { buttons: vec![click("一")], enable_input: true, stopped: true });
    broken(office.choose(0, None), Rule::UnknownMenuItem);
    office.set_menu(Menu { buttons: vec![click("一")], enable_input: false, stopped: false });
    office.choose(0, None).unwrap();
    office.disable(&office.account);
    broken(office.choose(0, None), Rule::AccountDisabled);
    assert_eq!(office.conversation(&office.member).len(), 3);
}

#[test]
fn material_is_answered_with_until_it_is_gone() {
    let office = Office::new();
    let picture = office.picture();
    let article = office.add_article(&office.account, "文");
    let card = office.card(&office.account, &[article]);
    let holding = |name: &str, id: &str| MenuButton {
        media_id: Some(id.to_owned()),
        ..button(name, MenuButtonKind::MediaId)
    };
    office.buttons(vec![holding("图", picture.as_str()), holding("卡", card.as_str())]);
    let rows = office.choose(0, None).unwrap();
    assert_eq!(rows.iter().map(row_words).collect::<Vec<_>>(), ["chose 图", picture.as_str()]);
    assert_eq!(rows[1].source, TalkSource::Automatic);
    assert!(rows[0].seq < rows[1].seq);

    broken(office.choose(1, None), Rule::UnknownCard);
    office.publish(&office.account, article);
    let rows = office.choose(1, None).unwrap();
    assert_eq!(rows[1].content, TalkContent::Message(Message::NewsCard { card_id: card.clone() }));
    office.delete_article(&office.account, article);
    broken(office.choose(1, None), Rule::UnknownCard);
    assert_eq!(office.conversation(&office.member).len(), 4, "nothing is half chosen");
}
