//! The texts of conversations: who is to answer, saved answers, replies by picture and article.

use super::table;
use crate::text::Lang;

table! { ConversationTexts {
    whose: "负责人", "Operator";
    of_all: "全部", "All";
    of_mine: "我的", "Mine";
    of_nobody: "无人负责", "Unassigned";
    find: "成员姓名", "Name of a member";
    search: "搜索", "Search";
    end_search: "清除搜索", "Clear the search";
    last_message: "最后一条消息", "Last message";
    by_account: "由服务号发出（1 为是）", "Written by the account (1: yes)";
    waiting_since: "等待回复自", "Waiting since";
    nobody_found: "没有找到会话", "No conversation found";
    nobody_found_next: "换一个姓名试试，也可以输入拼音。只能找到给这个服务号发过消息的成员。", "Try another name. Only members who have written to this account are found.";
    none_mine: "没有分配给你的会话", "Nothing is assigned to you";
    none_mine_next: "在「无人负责」里打开一个会话，点「我来处理」。", "Open one under Unassigned and choose Assign to me.";
    none_of_nobody: "没有无人负责的会话", "No unassigned conversations";
    none_of_nobody_next: "新的会话会显示在这里。", "New ones appear here.";
    nobody: "无人负责", "Not assigned";
    mine: "由你负责", "Assigned to you";
    take: "我来处理", "Assign to me";
    hand_back: "交还", "Unassign";
    hand_to: "转给", "Assign to";
    hand_over: "转交", "Assign";
    taken_meanwhile: "负责人刚刚变了，请看最新情况后再操作。", "Somebody else has just assigned it. Look who answers now.";
    may_not_answer: "这位成员不能回复这个服务号的会话。", "This member may not answer for the account.";
    answers: "常用回复", "Saved answers";
    answers_lead: "在会话里点一下即可填入回复框。同一服务号的客服共用。", "A click in a conversation inserts one. The agents of the account share them.";
    no_answers: "还没有常用回复。", "There are no saved answers yet.";
    filter_answers: "筛选", "Filter";
    manage_answers: "管理常用回复", "Manage saved answers";
    title: "标题", "Title";
    content: "内容", "Text";
    add: "添加", "Add";
    save: "保存", "Save";
    edit: "修改", "Change";
    up: "上移", "Move up";
    down: "下移", "Move down";
    remove: "删除", "Delete";
    remove_now: "确认删除", "Delete it";
    remove_sure: "删除后，这个服务号的客服不能再使用它。已发送的回复不变。", "The agents of the account cannot use it any more. Replies that were sent stay.";
    answers_saved: "已保存。", "Saved.";
    title_missing: "请填写标题（一行）。", "Give it a title of one line.";
    content_missing: "请填写内容。", "Give it a text.";
    new_answer: "新增常用回复", "New saved answer";
    picture: "图片", "Picture";
    upload: "上传图片", "Upload a picture";
    send_picture: "发送图片", "Send the picture";
    picture_gone: "请选择一张图片；它可能已被删除。", "Choose a picture. It may have been deleted.";
    material: "文章或卡片", "Article or card";
    articles: "文章", "Articles";
    cards: "多篇图文卡片", "Cards of several articles";
    choose: "请选择", "Choose one";
    find_title: "标题包含", "Title contains";
    no_material: "没有已发布的文章。", "There is no published article.";
    no_material_found: "没有标题包含这些字的已发布文章。", "No published article has that in its title.";
    send_material: "发送", "Send it";
    material_gone: "请选择一篇文章或一张卡片；它可能已被删除或未发布。", "Choose an article or card. It may have been deleted, or is not published.";
    key_reply: "写回复", "Write a reply";
    key_answers: "打开常用回复（输入时按 Alt+S）", "Saved answers (Alt+S while you write)";
    key_send: "发送回复", "Send the reply";
} }

impl ConversationTexts {
    /// The operator who is to answer.
    pub fn answered_by(&self, name: &str) -> String {
        match self.lang {
            Lang::Zh => format!("由 {name} 负责"),
            Lang::En => format!("{name} is to answer"),
        }
    }

    /// How many answers there are, and can be.
    pub fn answers_of(&self, count: usize, most: usize) -> String {
        match self.lang {
            Lang::Zh => format!("{count} / {most} 条"),
            Lang::En => format!("{count} of {most}"),
        }
    }

    /// The limit of a title.
    pub fn title_too_long(&self, most: usize) -> String {
        match self.lang {
            Lang::Zh => format!("标题最多 {most} 个字。"),
            Lang::En => format!("A title has at most {most} characters."),
        }
    }

    /// The limit of answers.
    pub fn too_many_answers(&self, most: usize) -> String {
        match self.lang {
            Lang::Zh => format!("最多 {most} 条常用回复，请先删除不用的。"),
            Lang::En => format!("There can be at most {most} saved answers. Delete one first."),
        }
    }

    /// Who changed an answer last.
    pub fn changed_by(&self, name: &str, time: &str) -> String {
        match (self.lang, name.is_empty()) {
            (Lang::Zh, true) => format!("修改于 {time}"),
            (Lang::Zh, false) => format!("{name} 修改于 {time}"),
            (Lang::En, true) => format!("changed {time}"),
            (Lang::En, false) => format!("{name}, {time}"),
        }
    }
}
