use carillon_model::{
    chat::{ChatAuthor, ChatContent},
    error::Rule,
    message::Message,
    service_account::{Menu, MenuButton, MenuButtonKind},
};

use crate::chat::fixture::{ConversationFixture, message_text};
use crate::send::fixture::broken;

fn button(name: &str, kind: MenuButtonKind) -> MenuButton {
    MenuButton { name: name.to_owned(), kind: Some(kind), ..MenuButton::default() }
}

fn click(name: &str) -> MenuButton {
    MenuButton { key: Some(format!("key {name}")), ..button(name, MenuButtonKind::Click) }
}

#[test]
fn a_chosen_menu_item_is_in_the_conversation() {
    let fixture = ConversationFixture::new();
    let parent = MenuButton {
        children: vec![click("下一"), click("下二")],
        ..button("上", MenuButtonKind::Click)
    };
    let link = MenuButton { url: Some("https://e".to_owned()), ..button("链", MenuButtonKind::View) };
    fixture.buttons(vec![click("一"), parent, link]);
    assert_eq!(fixture.choose(0, None).unwrap()[0].content, ChatContent::Choice { name: "一".to_owned() });
    let rows = fixture.choose(1, Some(1)).unwrap();
    assert_eq!((rows.len(), rows[0].author), (1, ChatAuthor::Member));
    assert_eq!(fixture.conversation(&fixture.member), ["chose 下二", "chose 一"]);

    for (button, item) in [(1, None), (1, Some(2)), (2, None), (3, None), (0, Some(0)), (usize::MAX, None)] {
        broken(fixture.choose(button, item), Rule::UnknownMenuItem);
    }
    fixture.set_menu(Menu { buttons: vec![click("一")], enable_input: true, stopped: true });
    broken(fixture.choose(0, None), Rule::UnknownMenuItem);
    fixture.set_menu(Menu { buttons: vec![click("一")], enable_input: false, stopped: false });
    fixture.choose(0, None).unwrap();
    fixture.disable(&fixture.account);
    broken(fixture.choose(0, None), Rule::AccountDisabled);
    assert_eq!(fixture.conversation(&fixture.member).len(), 3);
}

#[test]
fn a_menu_item_replies_with_its_material_while_it_exists() {
    let fixture = ConversationFixture::new();
    let picture = fixture.picture();
    let article = fixture.add_article(&fixture.account, "文");
    let card = fixture.card(&fixture.account, &[article]);
    let holding = |name: &str, id: &str| MenuButton {
        media_id: Some(id.to_owned()),
        ..button(name, MenuButtonKind::MediaId)
    };
    fixture.buttons(vec![holding("图", picture.as_str()), holding("卡", card.as_str())]);
    let rows = fixture.choose(0, None).unwrap();
    assert_eq!(rows.iter().map(message_text).collect::<Vec<_>>(), ["chose 图", picture.as_str()]);
    assert_eq!(rows[1].author, ChatAuthor::Automatic);
    assert!(rows[0].seq < rows[1].seq);

    broken(fixture.choose(1, None), Rule::UnknownCard);
    fixture.publish(&fixture.account, article);
    let rows = fixture.choose(1, None).unwrap();
    assert_eq!(rows[1].content, ChatContent::Message(Message::NewsCard { card_id: card.clone() }));
    fixture.delete_article(&fixture.account, article);
    broken(fixture.choose(1, None), Rule::UnknownCard);
    assert_eq!(fixture.conversation(&fixture.member).len(), 4, "nothing is half chosen");
}
