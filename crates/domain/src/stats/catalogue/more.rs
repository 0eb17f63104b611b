//! Numbers of the vendor's other families, which its data catalogue does not have.

use carillon_model::statistic::Metric;

use super::{
    Family,
    Source::{
        Accounts, CumulativeArticleReads, CumulativeArticles, Minutes, MonthlyActive, MostViewers, Users,
        Value, WholeAverage,
    },
    Topic, number,
};

/// The families.
pub const FAMILIES: &[Family] = &[
    Family {
        code: "monthly_active",
        topic: Topic::Members,
        zh: "月活跃",
        en: "Active within 30 days",
        numbers: &[number(
            "monthly_active",
            "月活跃人数",
            "people who signed in within 30 days",
            "人",
            MonthlyActive,
        )],
    },
    Family {
        code: "group_files",
        topic: Topic::Messages,
        zh: "群文件",
        en: "Files in groups",
        numbers: &[
            number("group_files", "发送群文件数", "files sent to groups", "个", Value(Metric::GroupFiles)),
            number(
                "group_file_senders",
                "发送群文件人数",
                "people who sent files to groups",
                "人",
                Users(Metric::GroupFiles),
            ),
        ],
    },
    Family {
        code: "voice_dings",
        topic: Topic::Dings,
        zh: "语音 DING",
        en: "Voice DINGs",
        numbers: &[
            number(
                "voice_dings",
                "发送语音 DING 次数",
                "voice DINGs sent",
                "次",
                Value(Metric::VoipDingsSent),
            ),
            number(
                "voice_ding_senders",
                "发送语音 DING 人数",
                "voice DING senders",
                "人",
                Users(Metric::VoipDingsSent),
            ),
        ],
    },
    Family {
        code: "meeting_details",
        topic: Topic::Meetings,
        zh: "参会情况",
        en: "Participation in meetings",
        numbers: &[
            number(
                "phone_joins",
                "电话会议参与人次",
                "phone meeting participations",
                "人次",
                Value(Metric::PhoneJoins),
            ),
            number(
                "video_joined_minutes",
                "视频会议参会时长",
                "minutes in video meetings",
                "分钟",
                Minutes(Metric::VideoJoinedMs),
            ),
            number(
                "video_participants_average",
                "视频会议平均参会人数",
                "participants of a video meeting, on average",
                "人",
                WholeAverage(Metric::VideoJoins, Metric::VideosConnected),
            ),
        ],
    },
    Family {
        code: "live_details",
        topic: Topic::Meetings,
        zh: "直播详情",
        en: "Lives in detail",
        numbers: &[
            number(
                "lives_of_five_minutes",
                "超过 5 分钟的直播数",
                "lives of five minutes or more",
                "次",
                Value(Metric::LivesOfFiveMinutes),
            ),
            number("most_viewers", "单场最多观看人数", "viewers of the most watched live", "人", MostViewers),
        ],
    },
    Family {
        code: "articles",
        topic: Topic::Articles,
        zh: "文章阅读",
        en: "Articles",
        numbers: &[
            number("articles_read", "文章阅读次数", "article views", "次", Value(Metric::ArticlesRead)),
            number("article_readers", "文章阅读人数", "article readers", "人", Users(Metric::ArticlesRead)),
            number(
                "articles_published",
                "发布文章数",
                "articles published",
                "篇",
                Value(Metric::ArticlesPublished),
            ),
        ],
    },
    Family {
        code: "publishers",
        topic: Topic::Articles,
        zh: "服务号累计",
        en: "Service accounts to date",
        numbers: &[
            number("accounts", "服务号数", "service accounts", "个", Accounts),
            number("articles_to_date", "累计文章数", "articles to date", "篇", CumulativeArticles),
            number(
                "article_reads_to_date",
                "累计阅读次数",
                "article views to date",
                "次",
                CumulativeArticleReads,
            ),
        ],
    },
    Family {
        code: "apps",
        topic: Topic::Apps,
        zh: "应用访问",
        en: "Visits of apps",
        numbers: &[
            number("app_visits", "应用访问次数", "visits of apps", "次", Value(Metric::AppVisits)),
            number("app_users", "应用使用人数", "people who used apps", "人", Users(Metric::AppVisits)),
        ],
    },
    Family {
        code: "document_authors",
        topic: Topic::Documents,
        zh: "文档作者",
        en: "Authors of documents",
        numbers: &[number(
            "document_authors",
            "创建文档人数",
            "people who created documents",
            "人",
            Users(Metric::DocumentsCreated),
        )],
    },
    Family {
        code: "report_comments",
        topic: Topic::Work,
        zh: "日志评论",
        en: "Comments on logs",
        numbers: &[number(
            "report_comments",
            "日志评论人次",
            "commenters of each log, added up",
            "人次",
            Value(Metric::ReportsCommented),
        )],
    },
    Family {
        code: "forms",
        topic: Topic::Work,
        zh: "智能填表",
        en: "Smart forms",
        numbers: &[
            number("forms_published", "发布填表数", "forms published", "个", Value(Metric::FormsPublished)),
            number("form_users", "填表人数", "people who filled in forms", "人", Users(Metric::FormsFilled)),
        ],
    },
];
