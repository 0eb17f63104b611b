//! The texts of the pages of articles in both languages.

use super::number;
use crate::text::Lang;

macro_rules! texts {
    ($($name:ident: $zh:literal, $en:literal;)*) => {
        /// The fixed texts.
        pub struct ArticleTexts {
            lang: Lang,
            $(pub $name: &'static str,)*
        }

        static ZH: ArticleTexts = ArticleTexts { lang: Lang::Zh, $($name: $zh,)* };
        static EN: ArticleTexts = ArticleTexts { lang: Lang::En, $($name: $en,)* };
    };
}

texts! {
    articles: "文章", "Articles";
    new: "新建文章", "New article";
    untitled: "未命名文章", "Untitled article";
    show: "显示", "Show";
    all: "全部", "All";
    drafts: "未发布", "Not published";
    published: "已发布", "Published";
    changed: "有未发布的修改", "Unpublished changes";
    empty: "还没有文章", "No articles yet";
    empty_next: "新建一篇，从 Word、WPS 或公众号粘贴内容都可以。", "Write one. You can paste from Word, WPS or a website.";
    empty_filter: "没有符合条件的文章", "No articles here";
    empty_filter_next: "换一个服务号或状态试试。", "Choose another account or state.";
    title: "标题", "Title";
    title_placeholder: "请输入标题", "Title of the article";
    content: "正文", "Content";
    cover: "封面", "Cover";
    cover_choose: "上传封面", "Upload a cover";
    cover_replace: "更换封面", "Replace";
    cover_remove: "移除", "Remove";
    crop: "裁剪封面", "Crop the cover";
    crop_heading: "裁剪封面", "Crop the cover";
    crop_hint: "拖动选框或用下面的滑块选择要显示的部分，比例为 16:9。裁剪后的图片会存入素材库，原图保留。", "Drag the frame, or use the sliders below, to choose what is shown, 16:9. The cut is a new picture of the library; the original stays.";
    crop_picture: "要裁剪的图片", "The picture to crop";
    crop_size: "大小", "Size";
    crop_across: "左右位置", "Left to right";
    crop_down: "上下位置", "Top to bottom";
    crop_use: "用作封面", "Use as cover";
    crop_cancel: "取消", "Cancel";
    crop_failed: "上传失败，请检查网络后重试。", "Not uploaded. Check the connection and try again.";
    crop_unreadable: "浏览器无法读取这张图片。", "The browser cannot read this picture.";
    crop_name: "封面.jpg", "cover.jpg";
    cover_hint: "显示在卡片和文章顶部，建议 16:9。", "Shown on the card and above the article. 16:9 fits best.";
    digest: "摘要", "Summary";
    last_change: "修改时间", "Changed";
    last_publication: "发布时间", "Published";
    digest_hint: "显示在卡片上，可留空。", "Shown on the card. May stay empty.";
    access: "谁可以阅读", "Who may read it";
    access_members: "仅本组织成员", "Members of the organisation";
    access_public: "所有拿到链接的人", "Everybody with the link";
    forward: "允许转发", "Readers may forward it";
    save: "保存草稿", "Save draft";
    publish: "发布", "Publish";
    publish_again: "发布修改", "Publish changes";
    published_done: "已发布。", "Published.";
    saved_done: "已保存。", "Saved.";
    phone: "发到我的手机", "Send to my phone";
    phone_done: "预览已发到你的收件箱，24 小时内可以打开。", "The preview is in your inbox. It can be opened for 24 hours.";
    preview: "手机预览", "Preview on a phone";
    preview_light: "浅色", "Light";
    preview_dark: "深色", "Dark";
    history: "历史版本", "Version history";
    history_lead: "每次连续编辑保存为一个版本，最多保留 50 个。", "Each stretch of editing is a version. The newest 50 are kept.";
    version_current: "当前草稿", "Current draft";
    version_app: "应用", "An app";
    version_empty: "还没有历史版本", "No versions yet";
    version_empty_next: "修改文章后，以前的内容会保留在这里。", "Once the article changes, what it was is kept here.";
    compare: "比较版本", "Compare versions";
    compare_from: "原版本", "From";
    compare_to: "新版本", "To";
    compare_now: "比较", "Compare";
    compare_previous: "与上一版本比较", "Compare with the previous version";
    compare_current: "与当前草稿比较", "Compare with the current draft";
    compare_same: "两个版本的文字、摘要和封面相同。", "Text, summary and cover of the two versions are the same.";
    compare_cut: "改动太多，只显示前面的部分。", "There are too many changes; the first are shown.";
    compare_summary: "摘要", "Summary";
    compare_text: "正文", "Text";
    compare_none: "正文没有变化。", "The text did not change.";
    cover_before: "原封面", "Cover before";
    cover_after: "新封面", "Cover after";
    cover_none: "无封面", "No cover";
    block_inserted: "新增", "Added";
    block_removed: "删除", "Removed";
    block_changed: "修改", "Changed";
    block_formatted: "格式变化", "Formatting changed";
    block_heading: "标题", "Heading";
    block_item: "列表项", "Item";
    block_quote: "引用", "Quotation";
    block_cell: "单元格", "Cell";
    block_code: "代码", "Code";
    block_picture: "图片", "Picture";
    block_rule: "分隔线", "Line";
    restore: "恢复此版本", "Restore this version";
    restore_sure: "恢复后，它会成为当前草稿；现在的草稿保留在历史版本中。已发布的内容不变。", "It becomes the draft. The draft of now stays in the history, and what is published does not change.";
    restored_done: "已恢复为当前草稿。", "Restored as the draft.";
    back_to_article: "返回编辑", "Back to the article";
    back_to_history: "返回历史版本", "Back to the versions";
    delete: "删除文章", "Delete article";
    delete_sure: "删除后，文章的链接立即失效，不能恢复。", "Its links stop working at once. This cannot be undone.";
    delete_now: "确认删除", "Delete it";
    state_saved: "已保存", "Saved";
    state_unsaved: "未保存", "Not saved";
    state_saving: "正在保存…", "Saving…";
    state_offline: "未保存：网络中断，恢复后自动保存", "Not saved: no connection. It is saved when the connection is back";
    state_failed: "保存失败，稍后自动重试", "Not saved. Trying again soon";
    state_session: "登录已失效，内容还在此页。请在新标签页登录后继续。", "You were signed out. The text is still on this page: sign in on another tab, then go on.";
    uploading: "图片正在上传，请稍候再试。", "Pictures are being uploaded. Try again in a moment.";
    conflict_theirs: "使用对方的版本", "Take theirs";
    conflict_mine: "保留我的版本", "Keep mine";
    conflict_hint: "未采用的版本会保留在历史版本中。", "The version that is not used stays in the history.";
    title_missing: "请填写标题。", "Write a title first.";
    title_too_long: "标题最多 256 个字。", "A title has at most 256 characters.";
    content_too_long: "正文过长，最多 50 万字符（含格式）。", "The content is too long: at most 500,000 characters with its formats.";
    content_missing: "请填写正文。", "Write the content first.";
    digest_too_long: "摘要最多 1,024 个字。", "A summary has at most 1,024 characters.";
    cover_invalid: "封面图片不存在，请重新上传。", "The cover is not there any more. Upload it again.";
    account_disabled: "服务号已停用，文章不能修改。", "The account is disabled, so its articles cannot be changed.";
    article_deleted: "文章已被删除。", "The article was deleted.";
    form_unreadable: "内容没有完整送达，请重试。", "Not everything arrived. Try again.";
    picture_missing: "请选择图片。", "Choose a picture.";
    picture_address_invalid: "图片地址无效。", "The address of the picture is invalid.";
    picture_refused: "该网站不允许复制图片。", "The other site does not give the picture.";
    picture_unreachable: "无法连接图片所在的网站。", "The other site cannot be reached.";
    picture_forbidden: "图片在不允许访问的地址。", "The picture is at an address that may not be used.";
    picture_copy_off: "此服务器不复制其他网站的图片。", "This server does not copy pictures of other sites.";
    too_many_copies: "正在复制的图片太多，请稍后重试。", "Too many pictures are being copied. Try again soon.";
}

/// The texts of a language.
pub fn texts(lang: Lang) -> &'static ArticleTexts {
    match lang {
        Lang::Zh => &ZH,
        Lang::En => &EN,
    }
}

impl ArticleTexts {
    /// The number of articles.
    pub fn count(&self, count: &i64) -> String {
        match (self.lang, count) {
            (Lang::Zh, _) => format!("共 {} 篇", number(count)),
            (Lang::En, 1) => "1 article".to_owned(),
            (Lang::En, _) => format!("{} articles", number(count)),
        }
    }

    /// When an article was last published.
    pub fn published_at(&self, time: &str) -> String {
        match self.lang {
            Lang::Zh => format!("{time} 发布"),
            Lang::En => format!("published {time}"),
        }
    }

    /// When a draft was last changed.
    pub fn changed_at(&self, time: &str) -> String {
        match self.lang {
            Lang::Zh => format!("{time} 修改"),
            Lang::En => format!("changed {time}"),
        }
    }

    /// Readers and views.
    pub fn read_by(&self, members: i64, views: i64) -> String {
        match (self.lang, members) {
            (Lang::Zh, _) => format!("{members} 位成员阅读，共 {views} 次"),
            (Lang::En, 1) => format!("read by 1 member, {views} views"),
            (Lang::En, _) => format!("read by {members} members, {views} views"),
        }
    }

    /// Who saved in between. `who` is empty for an app.
    pub fn conflict(&self, who: &str, time: &str) -> String {
        let who = if who.is_empty() { self.version_app } else { who };
        match self.lang {
            Lang::Zh => format!("{who}在 {time} 修改了这篇文章，你的修改尚未保存。"),
            Lang::En => format!("{who} changed this article at {time}. Your changes are not saved yet."),
        }
    }

    /// The name of a version.
    pub fn version(&self, number: &i64) -> String {
        match self.lang {
            Lang::Zh => format!("版本 {number}"),
            Lang::En => format!("Version {number}"),
        }
    }

    /// Blocks that did not change.
    pub fn unchanged(&self, count: usize) -> String {
        match self.lang {
            Lang::Zh => format!("{count} 段未改动"),
            Lang::En if count == 1 => "1 block unchanged".to_owned(),
            Lang::En => format!("{count} blocks unchanged"),
        }
    }

    /// How much was inserted and removed.
    pub fn counts(&self, inserted: usize, removed: usize) -> String {
        match self.lang {
            Lang::Zh => format!("新增 {inserted} 字，删除 {removed} 字"),
            Lang::En => format!("{inserted} characters added, {removed} removed"),
        }
    }

    /// The length of a version.
    pub fn characters(&self, count: &i64) -> String {
        match self.lang {
            Lang::Zh => format!("{count} 字符"),
            Lang::En => format!("{count} characters"),
        }
    }
}
