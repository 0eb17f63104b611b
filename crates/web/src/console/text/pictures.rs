//! The texts of the picture library in both languages.

use super::number;
use crate::text::Lang;

macro_rules! picture_texts {
    ($($name:ident: $zh:literal, $en:literal;)*) => {
        /// The fixed texts.
        pub struct PictureTexts {
            lang: Lang,
            $(pub $name: &'static str,)*
        }

        static ZH: PictureTexts = PictureTexts { lang: Lang::Zh, $($name: $zh,)* };
        static EN: PictureTexts = PictureTexts { lang: Lang::En, $($name: $en,)* };
    };
}

picture_texts! {
    pictures: "素材库", "Pictures";
    choose_files: "选择图片", "Choose pictures";
    upload: "上传", "Upload";
    upload_hint: "支持 JPG、PNG、GIF、BMP，每张最大 20 MB，一次最多 20 张、合计不超过 24 MB。", "JPG, PNG, GIF or BMP, up to 20 MB each. At most 20 at once, 24 MB together.";
    drop_hint: "支持 JPG、PNG、GIF、BMP，每张最大 20 MB，一次最多 20 张，也可以拖到这里。", "JPG, PNG, GIF or BMP, up to 20 MB each, at most 20 at once. You can drop them here.";
    uploading: "正在上传", "Uploading";
    waiting: "等待上传", "Waiting";
    upload_done: "已上传", "Uploaded";
    upload_failed: "上传失败，请检查网络后重试。", "Not uploaded. Check the connection and try again.";
    show_uploaded: "查看已上传的图片", "Show what was uploaded";
    search: "按名称查找", "Search by name";
    empty: "还没有图片", "No pictures yet";
    empty_next: "上传后可以在文章、群发和服务号设置中反复使用。", "Upload some. Articles, sends and accounts can use each of them again.";
    empty_search: "没有找到图片", "No pictures found";
    empty_search_next: "换一个名称试试。", "Try another name.";
    in_use: "使用中", "In use";
    in_use_1: "使用中（1 为是）", "In use (1: yes)";
    first_page: "第一页", "First page";
    next_page: "下一页", "Next page";
    facts_label: "尺寸和大小", "Dimensions and size";
    uploaded_at: "上传时间", "Uploaded";
    uploader: "上传人", "Uploaded by";
    unknown: "未知", "Unknown";
    name: "名称", "Name";
    rename: "保存名称", "Save the name";
    renamed: "已保存名称。", "The name is saved.";
    name_invalid: "名称为 1 至 200 个字，不能换行。", "A name has 1 to 200 characters on one line.";
    uses: "使用位置", "Where it is used";
    no_uses: "没有地方使用这张图片。", "Nothing uses this picture.";
    used_elsewhere: "你不能管理的其他服务号", "Accounts that you do not manage";
    of_article: "文章（已发布）", "Article (published)";
    of_article_draft: "文章（草稿）", "Article (draft)";
    of_account: "服务号的头像或封面", "Avatar or cover of";
    of_menu: "服务号菜单", "Menu of";
    of_replies: "自动回复", "Automatic replies of";
    of_send: "群发消息", "A send of";
    of_send_draft: "群发草稿", "A draft of a send of";
    of_conversation: "会话消息", "Conversations of";
    of_logo: "组织的标志", "The logo of the organisation";
    delete: "删除图片", "Delete picture";
    delete_sure: "图片的地址立即失效，不能恢复。文章的历史版本如果用过它，恢复后会缺图。", "Its address stops working at once, and it cannot be brought back. Earlier versions of articles that showed it will have a gap.";
    delete_now: "确认删除", "Delete it";
    deleted: "已删除图片。", "The picture is deleted.";
    in_use_problem: "图片仍在使用，不能删除。请先更换下面的使用位置。", "The picture is still used, so it stays. Change the places below first.";
    in_use_hint: "使用中的图片不能删除。", "A picture that is used cannot be deleted.";
    original: "查看原图", "Open the picture";
    none_chosen: "请选择图片。", "Choose a picture first.";
    too_many: "一次最多上传 20 张，其余未上传。", "At most 20 pictures at once. The others were not uploaded.";
    unreadable: "内容没有完整送达，请重试。", "Not everything arrived. Try again.";
    account_disabled: "服务号已停用，不能上传。", "The account is disabled and takes no pictures.";
    from_library: "从素材库选择", "Choose from the library";
    insert_from_library: "插入素材库图片", "Insert a picture from the library";
    picker: "选择图片", "Choose a picture";
    close: "关闭", "Close";
    loading: "正在加载…", "Loading…";
    load_failed: "加载失败，请重试。", "Not loaded. Try again.";
    chosen: "已选择：", "Chosen: ";
}

/// The texts of a language.
pub fn texts(lang: Lang) -> &'static PictureTexts {
    match lang {
        Lang::Zh => &ZH,
        Lang::En => &EN,
    }
}

impl PictureTexts {
    /// The number of pictures.
    pub fn count(&self, count: &i64) -> String {
        match (self.lang, count) {
            (Lang::Zh, _) => format!("共 {} 张", number(count)),
            (Lang::En, 1) => "1 picture".to_owned(),
            (Lang::En, _) => format!("{} pictures", number(count)),
        }
    }

    /// How many pictures were uploaded.
    pub fn uploaded(&self, count: i64) -> String {
        match (self.lang, count) {
            (Lang::Zh, _) => format!("已上传 {count} 张图片。"),
            (Lang::En, 1) => "1 picture is uploaded.".to_owned(),
            (Lang::En, _) => format!("{count} pictures are uploaded."),
        }
    }

    /// Why a file was refused.
    pub fn problem_of(&self, name: &str, problem: &str) -> String {
        let name: String = name.chars().take(80).collect();
        match self.lang {
            Lang::Zh => format!("{name}：{problem}"),
            Lang::En => format!("{name}: {problem}"),
        }
    }

    /// A kind of place and which one it is.
    pub fn place(&self, kind: &str, name: &str) -> String {
        match self.lang {
            Lang::Zh => format!("{kind}：{name}"),
            Lang::En => format!("{kind} {name}"),
        }
    }

    /// Dimensions, if known, and size.
    pub fn facts(&self, width: i64, height: i64, bytes: i64) -> String {
        let size = match bytes {
            ..1_024 => format!("{bytes} B"),
            1_024..1_048_576 => format!("{} kB", (bytes + 512) / 1_024),
            _ => {
                let tenths = (bytes * 10 + 524_288) / 1_048_576;
                format!("{}.{} MB", tenths / 10, tenths % 10)
            }
        };
        if width > 0 && height > 0 { format!("{width} × {height} · {size}") } else { size }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_a_unit() {
        let t = texts(Lang::En);
        for (bytes, expected) in [
            (0, "0 B"),
            (1_023, "1023 B"),
            (1_024, "1 kB"),
            (1_048_575, "1024 kB"),
            (1_048_576, "1.0 MB"),
            (20_971_520, "20.0 MB"),
        ] {
            assert_eq!(t.facts(0, 0, bytes), expected);
        }
        assert_eq!(t.facts(90, 30, 2_048), "90 × 30 · 2 kB");
    }
}
