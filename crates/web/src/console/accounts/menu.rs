//! The menu as rows of a form: a row is a button, or an item below the button before it.

use carillon_model::{
    error::{Error, Result},
    service_account::{Menu, MenuButton, MenuButtonKind},
};

use crate::console::{form::Pairs, page::MenuRow};

/// Empty rows after those of the menu.
const EMPTY_ROWS: usize = 3;

/// A menu that was typed.
#[derive(Clone, Debug, Default)]
pub struct Typed {
    /// The rows in their order, without those that have no name.
    pub rows: Vec<MenuRow>,
    /// Whether members may write.
    pub input: bool,
    /// Whether the menu is stopped.
    pub stopped: bool,
}

impl Typed {
    pub fn read(form: &Pairs) -> Self {
        Self { rows: submitted(form), input: form.is_set("input"), stopped: form.is_set("stopped") }
    }

    /// The stored menu. An account that never had one lets members write.
    pub fn of(menu: Option<&Menu>) -> Self {
        Self {
            rows: menu.map(rows).unwrap_or_default(),
            input: menu.is_none_or(|menu| menu.enable_input),
            stopped: menu.is_some_and(|menu| menu.stopped),
        }
    }

    /// The menu of the rows.
    ///
    /// # Errors
    /// [`Error::Invalid`] if the first row is an item.
    pub fn menu(&self) -> Result<Menu> {
        of_rows(self.rows.clone(), self.input, self.stopped)
    }
}

fn submitted(form: &Pairs) -> Vec<MenuRow> {
    let orders = form.all("order").map(|order| order.trim().parse::<u32>().unwrap_or(u32::MAX));
    let rows =
        orders.zip(form.all("level")).zip(form.all("label")).zip(form.all("kind").zip(form.all("value")));
    let mut rows: Vec<(u32, MenuRow)> = rows
        .filter(|(((_, _), label), _)| !label.trim().is_empty())
        .map(|(((order, level), label), (kind, value))| {
            let row = MenuRow {
                is_below: level == "1",
                name: label.trim().to_owned(),
                kind: MenuButtonKind::parse(kind).map_or("", MenuButtonKind::as_str),
                value: value.trim().to_owned(),
            };
            (order, row)
        })
        .collect();
    rows.sort_by_key(|(order, _)| *order);
    rows.into_iter().map(|(_, row)| row).collect()
}

fn of_rows(rows: Vec<MenuRow>, input: bool, stopped: bool) -> Result<Menu> {
    let mut buttons: Vec<MenuButton> = Vec::new();
    for row in rows {
        let is_below = row.is_below;
        let button = button(row);
        match buttons.last_mut() {
            Some(last) if is_below => last.children.push(button),
            None if is_below => return Err(Error::invalid("below", "has no button above")),
            _ => buttons.push(button),
        }
    }
    Ok(Menu { buttons, enable_input: input, stopped })
}

fn button(row: MenuRow) -> MenuButton {
    let value = Some(row.value).filter(|value| !value.is_empty());
    let button =
        MenuButton { name: row.name, kind: MenuButtonKind::parse(row.kind), ..MenuButton::default() };
    match button.kind {
        Some(MenuButtonKind::View) => MenuButton { url: value, ..button },
        Some(MenuButtonKind::MediaId | MenuButtonKind::ViewArticle) => {
            MenuButton { media_id: value, ..button }
        }
        Some(MenuButtonKind::Click) => MenuButton { key: value, ..button },
        None => button,
    }
}

fn rows(menu: &Menu) -> Vec<MenuRow> {
    let row = |button: &MenuButton, is_below: bool| {
        let has_items = !button.children.is_empty();
        let value = match button.kind {
            Some(MenuButtonKind::View) => &button.url,
            Some(MenuButtonKind::MediaId | MenuButtonKind::ViewArticle) => &button.media_id,
            Some(MenuButtonKind::Click) => &button.key,
            None => &None,
        };
        MenuRow {
            is_below,
            name: button.name.clone(),
            kind: if has_items { "" } else { button.kind.map_or("", MenuButtonKind::as_str) },
            value: value.clone().unwrap_or_default(),
        }
    };
    let buttons = menu.buttons.iter();
    buttons
        .flat_map(|button| {
            let items = button.children.iter().map(|item| row(item, true));
            std::iter::once(row(button, false)).chain(items).collect::<Vec<_>>()
        })
        .collect()
}

/// Adds empty rows to fill in.
pub fn with_empty(mut rows: Vec<MenuRow>) -> Vec<MenuRow> {
    rows.extend(std::iter::repeat_n(MenuRow { kind: "view", ..MenuRow::default() }, EMPTY_ROWS));
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(rows: &[(&str, &str, &str, &str, &str)]) -> Pairs {
        let mut pairs = Vec::new();
        for (order, level, label, kind, value) in rows {
            pairs.extend([
                ("order", *order),
                ("level", *level),
                ("label", *label),
                ("kind", *kind),
                ("value", *value),
            ]);
        }
        Pairs::of(&pairs)
    }

    #[test]
    fn rows_become_a_menu_and_back() {
        let rows = submitted(&form(&[
            ("3", "1", "文章", "view_article", "12"),
            ("1", "0", "新闻", "", ""),
            ("2", "1", "官网", "view", "https://example.com/"),
            ("9", "0", " ", "view", "x"),
            ("4", "0", "点我", "click", "K"),
        ]));
        let menu = of_rows(rows.clone(), true, false).expect("a menu");
        let names: Vec<(&str, usize)> =
            menu.buttons.iter().map(|button| (button.name.as_str(), button.children.len())).collect();
        assert_eq!(names, [("新闻", 2), ("点我", 0)]);
        assert_eq!(menu.buttons[0].children[1].media_id.as_deref(), Some("12"));
        assert_eq!(menu.buttons[1].key.as_deref(), Some("K"));
        let again = super::rows(&menu);
        assert_eq!(of_rows(again, true, false), Ok(menu));
        let orphan = submitted(&form(&[("1", "1", "x", "view", "y")]));
        assert!(of_rows(orphan, true, false).is_err());
    }
}
