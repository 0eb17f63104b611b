//! The texts of the pages of cards, and of the articles in a form.

use super::table;
use crate::text::Lang;

table! { CardTexts {
    cards: "图文卡片", "Cards";
    changed: "修改时间", "Changed";
    new: "新建卡片", "New card";
    none: "还没有卡片", "No cards yet";
    none_next: "卡片由 1 至 8 篇文章组成，可以在群发、菜单和自动回复中使用。", "A card has one to eight articles. Sends, menus and automatic replies show it.";
    none_read_only: "编辑人员新建的卡片会显示在这里。", "Cards that editors make appear here.";
    empty_card: "文章都已删除", "All its articles were deleted";
    chosen: "卡片中的文章", "Articles on the card";
    hint: "第一篇是头条。拖动可以调整顺序；焦点在一篇文章的按钮上时，也可以按 Alt + ↑ 或 Alt + ↓。", "The first article leads. Drag to change the order, or press Alt+↑ or Alt+↓ on a button of an article.";
    nothing_chosen: "还没有选择文章。", "No article is chosen yet.";
    add: "添加文章", "Add articles";
    find: "按标题查找已发布的文章", "Find published articles by title";
    find_now: "查找", "Find";
    nothing_found: "没有找到已发布的文章。", "No published article found.";
    nothing_published: "这个服务号还没有其他已发布的文章。", "The account has no other published articles.";
    full: "最多 8 篇，移除一篇后可以再添加。", "A card has at most eight articles. Remove one to add another.";
    unpublished: "未发布", "not published";
    deleted: "已删除", "deleted";
    unsaved: "尚未保存。", "Not saved yet.";
    failed: "没有成功，请检查网络后重试。", "That did not work. Check the connection and try again.";
    save: "保存", "Save";
    saved: "已保存。", "Saved.";
    preview: "预览", "Preview";
    preview_empty: "添加文章后在这里预览。", "Add an article to see the card here.";
    uses: "使用的地方", "Where it is used";
    no_uses: "没有地方使用这张卡片。", "Nothing uses this card.";
    changes_sent: "保存修改后，已发送的消息也会随之改变。", "Saving changes messages that were sent, too.";
    of_send: "群发", "A send";
    of_send_draft: "群发草稿", "A draft of a send";
    of_menu: "服务号菜单", "The menu of the account";
    of_replies: "自动回复", "Automatic replies";
    of_conversation: "会话", "A conversation";
    send: "用这张卡片新建群发", "New send with this card";
    delete: "删除卡片", "Delete the card";
    delete_now: "确认删除", "Delete it";
    delete_sure: "卡片删除后不能恢复，文章会保留。", "A deleted card cannot be restored. Its articles stay.";
    card_deleted: "已删除卡片。", "The card was deleted.";
    in_use: "卡片仍在使用，不能删除。", "The card is in use and cannot be deleted.";
    conflict: "卡片刚刚被他人修改。你的选择仍在下方，再次保存将覆盖对方的修改。", "Somebody else has changed the card. Your choice is still below; saving once more replaces theirs.";
    no_articles: "请至少选择一篇文章。", "Choose at least one article.";
    too_many: "最多选择 8 篇文章。", "Choose at most eight articles.";
    too_many_cards: "这个服务号的卡片已达 10,000 张，请先删除一些。", "The account has 10,000 cards. Delete some first.";
    disabled: "服务号已停用。", "The account is disabled.";
    too_many_drafts: "这个服务号的草稿已达 500 条，请先删除一些。", "The account has 500 drafts. Delete some first.";
    title_of_first: "头条标题", "First article";
    number_of_articles: "文章数", "Articles";
} }

impl CardTexts {
    /// Why the article at a place, from 1, cannot be there.
    pub fn article_problem(&self, place: usize, reason: &str) -> String {
        use carillon_domain::card::{DELETED, TWICE, UNPUBLISHED};
        let reason = match (self.lang, reason) {
            (Lang::Zh, DELETED) => "已被删除，请移除",
            (Lang::Zh, TWICE) => "重复，请移除一篇",
            (Lang::Zh, UNPUBLISHED) => "尚未发布，请先发布或移除",
            (Lang::Zh, _) => "不是这个服务号的文章，请移除",
            (Lang::En, DELETED) => "was deleted. Remove it",
            (Lang::En, TWICE) => "is on the card twice. Remove one",
            (Lang::En, UNPUBLISHED) => "is not published. Publish or remove it",
            (Lang::En, _) => "is no article of this account. Remove it",
        };
        match self.lang {
            Lang::Zh => format!("第 {place} 篇文章{reason}。"),
            Lang::En => format!("Article {place} {reason}."),
        }
    }

    /// The number of articles on a card.
    pub fn count(&self, count: usize) -> String {
        match self.lang {
            Lang::Zh => format!("{count} 篇文章"),
            Lang::En if count == 1 => "1 article".to_owned(),
            Lang::En => format!("{count} articles"),
        }
    }

    /// The label of a button for an article.
    pub fn move_up(&self, title: &str) -> String {
        match self.lang {
            Lang::Zh => format!("上移：{title}"),
            Lang::En => format!("Move up: {title}"),
        }
    }

    /// The label of a button for an article.
    pub fn move_down(&self, title: &str) -> String {
        match self.lang {
            Lang::Zh => format!("下移：{title}"),
            Lang::En => format!("Move down: {title}"),
        }
    }

    /// The label of a button for an article.
    pub fn remove(&self, title: &str) -> String {
        match self.lang {
            Lang::Zh => format!("移除：{title}"),
            Lang::En => format!("Remove: {title}"),
        }
    }

    /// The label of a button for an article.
    pub fn add_one(&self, title: &str) -> String {
        match self.lang {
            Lang::Zh => format!("添加：{title}"),
            Lang::En => format!("Add: {title}"),
        }
    }

    /// Where an article is now, for readers who do not see it move.
    pub fn is_at(&self, title: &str, place: usize, count: usize) -> String {
        match self.lang {
            Lang::Zh => format!("“{title}”现在是第 {place} 篇，共 {count} 篇"),
            Lang::En => format!("“{title}” is now article {place} of {count}"),
        }
    }

    /// An article was removed.
    pub fn removed(&self, title: &str) -> String {
        match self.lang {
            Lang::Zh => format!("已移除“{title}”"),
            Lang::En => format!("“{title}” was removed"),
        }
    }
}
