//! Creates service accounts with articles, cards, menus and messages of the last days, and their readers.

use anyhow::Result;
use bytes::Bytes;
use carillon_domain::{
    account::{self, NewAccount, menu},
    article::{self, ArticleLink, LinkSource, NewArticle, Reader},
    card,
    chat::auto_reply,
    inbox::{self, ReadReceipts},
    media::{self, NewMedia},
    picture,
    send::{self, NewSend},
};
use carillon_model::{
    article::ArticleText,
    chat::{AutoReplies, KeywordRule, Matching},
    env::{Env, FixedClock},
    id::{AccountId, AppKey, ArticleId, CardId, MediaId, MemberNo},
    media::MediaType,
    message::{CardAction, CardButton, Message, Receivers, SendSource},
    service_account::{Menu, MenuButton, MenuButtonKind},
    time::HOUR_MS,
};
use carillon_store::{Media, MediaOwner};
use carillon_web::paths;

use super::{Demo, people::People, report::ServiceAccount};
use crate::cmd::cli_error;

/// The largest number of members who read a message.
const MAX_READERS: u32 = 400;

struct Story {
    title: &'static str,
    digest: &'static str,
    cover: (&'static str, &'static [u8]),
    html: &'static str,
}

macro_rules! picture {
    ($name:literal) => {
        ($name, include_bytes!(concat!("pictures/", $name)).as_slice())
    };
}

const TOWN_HALL: Story = Story {
    title: "秋季全员大会：我们一起走过的三个季度",
    digest: "三个数字、两个故事，以及明年的一个问题。Three numbers, two stories, one question for next year.",
    cover: picture!("cover-townhall.jpg"),
    html: "<p>各位同事，</p><p>秋季全员大会将在<strong>本周五下午三点</strong>于一号楼报告厅举行，各地同事可以在线参加。</p>\
           <h2>议程</h2><ol><li>前三季度经营情况</li><li>两个来自门店的故事</li><li>提问与回答</li></ol>\
           <blockquote><p>好问题比好答案更少见，请把它们带来。</p></blockquote>\
           <p>The autumn town hall is on <strong>Friday at three</strong>, in the hall of building one and online.</p>\
           <table><thead><tr><th>地点 Where</th><th>座位 Seats</th></tr></thead><tbody>\
           <tr><td>报告厅 Hall</td><td>320</td></tr><tr><td>二楼会议室 Room 2</td><td>60</td></tr></tbody></table>",
};
const CANTEEN: Story = Story {
    title: "食堂换季菜单上线",
    digest: "新增六道时令菜，周三有素食专窗。Six seasonal dishes; a vegetarian counter on Wednesdays.",
    cover: picture!("cover-canteen.jpg"),
    html: "<p>从周一开始，食堂提供换季菜单：</p><ul><li>栗子烧鸡</li><li>清炒时蔬</li><li>桂花藕</li></ul>\
           <p>From Monday the canteen serves its autumn menu; tell us what you miss.</p>",
};
const RUN: Story = Story {
    title: "城市慢跑：周六清晨，五公里",
    digest: "不比速度，只比笑容。Five kilometres on Saturday morning, at the pace of a chat.",
    cover: picture!("cover-run.jpg"),
    html: "<p>集合地点：江边公园东门，早上七点。带上水壶和好心情。</p>\
           <p>Meet at the east gate of the riverside park at seven. Bring water.</p>",
};
const HEALTH: Story = Story {
    title: "年度体检预约开始",
    digest: "十二月十五日前完成预约，每位同事一次。Book your yearly check-up by 15 December.",
    cover: picture!("cover-health.jpg"),
    html: "<p>体检中心本年度新增视力与骨密度检查。</p><p><strong>请空腹前往</strong>，并携带工牌。</p>\
           <p>This year's check-up adds eyesight and bone density. Please come on an empty stomach.</p>",
};
const LIBRARY: Story = Story {
    title: "图书角开放借阅",
    digest: "三百本书，扫码即借。Three hundred books to borrow.",
    cover: picture!("cover-library.jpg"),
    html: "<p>图书角位于三号楼一层，全天开放。读完请放回原处，也欢迎留下你喜欢的书。</p>\
           <p>The book corner is on the ground floor of building three, open all day.</p>",
};
const SECURITY: Story = Story {
    title: "钓鱼邮件演练结果",
    digest: "这一次，我们识破了 93%。This time we spotted 93 %.",
    cover: picture!("cover-security.jpg"),
    html: "<p>感谢大家的参与。三条经验：</p><ol><li>看清发件人的域名</li><li>不在链接里输入密码</li><li>拿不准就问服务台</li></ol>\
           <p>Look at the sender's domain, never type a password behind a link, and ask when unsure.</p>",
};

/// Creates all service accounts with their content.
pub fn fill(demo: &Demo<'_>, people: &People, app: AppKey) -> Result<Vec<ServiceAccount>> {
    let author = DemoAuthor { demo, people, app };
    Ok(vec![news(&author)?, human_resources(&author)?, help_desk(&author)?])
}

fn news(author: &DemoAuthor<'_>) -> Result<ServiceAccount> {
    let account = author.account(
        "钟声新闻",
        "公司每天发生的事 What happens at work",
        "公司新闻、活动与通知。每周二、周五更新。News, events and notices, on Tuesdays and Fridays.",
        picture!("avatar-news.png"),
        picture!("cover-townhall.jpg"),
    )?;
    let id = &account.unionid;
    let stories = [author.article(id, &TOWN_HALL)?, author.article(id, &CANTEEN)?, author.article(id, &RUN)?];
    let card = author.card(id, stories.to_vec())?;
    let single = author.card(id, vec![stories[0]])?;
    let cover = author.library_picture(id, RUN.cover)?;
    author.menu(
        id,
        vec![
            MenuButton {
                name: "新闻 News".to_owned(),
                children: vec![
                    article_button("全员大会", stories[0]),
                    article_button("食堂菜单", stories[1]),
                    material_button("本周卡片", card.as_str()),
                ],
                ..MenuButton::default()
            },
            material_button("海报 Poster", cover.as_str()),
            view_button("官网 Website", "https://example.com/"),
        ],
    )?;
    let everyone = || Receivers { all: true, ..Receivers::default() };
    let first_team = || Receivers { departments: author.people.teams[..1].to_vec(), ..Receivers::default() };
    author.send(id, 70, Message::Image { media_id: cover }, everyone(), 6)?;
    author.send(id, 46, Message::NewsCard { card_id: card }, everyone(), 8)?;
    let hello = "早上好！今天开始，新闻都会发到这里。Good morning! From today the news comes here: https://example.com/";
    author.send(id, 45, Message::Text { content: hello.to_owned() }, first_team(), 9)?;
    author.send(id, 3, Message::SingleNewsCard { card_id: single }, everyone(), 3)?;
    author.read_articles(&stories, 3)?;
    Ok(account)
}

fn human_resources(author: &DemoAuthor<'_>) -> Result<ServiceAccount> {
    let account = author.account(
        "人力资源",
        "入职、休假、福利 Joining, leave, benefits",
        "关于工作与生活的一切：假期、福利、培训、健康。Leave, benefits, training and health.",
        picture!("avatar-people.png"),
        picture!("cover-health.jpg"),
    )?;
    let id = &account.unionid;
    let stories = [author.article(id, &HEALTH)?, author.article(id, &LIBRARY)?];
    let card = author.card(id, vec![stories[0]])?;
    author.menu(
        id,
        vec![article_button("体检 Check-up", stories[0]), article_button("图书角 Books", stories[1])],
    )?;
    let everyone = || Receivers { all: true, ..Receivers::default() };
    author.send(id, 52, Message::SingleNewsCard { card_id: card }, everyone(), 7)?;
    let survey = Message::ActionCard {
        title: "你的意见很重要 A short survey".to_owned(),
        markdown: "### 三分钟问卷\n\n告诉我们：\n\n- 你喜欢什么\n- 你想改变什么\n\nTell us what you like, and what you would change."
            .to_owned(),
        action: CardAction::Buttons {
            horizontal: true,
            buttons: vec![
                CardButton { title: "开始 Start".to_owned(), url: "https://example.com/survey".to_owned() },
                CardButton { title: "稍后 Later".to_owned(), url: "https://example.com/later".to_owned() },
            ],
        },
    };
    author.send(id, 27, survey, everyone(), 5)?;
    let duty = "## 店长与主管请注意\n\n本周排班已更新，请在 **周四** 前确认。\n\n> Shifts are updated; please confirm by Thursday.";
    let message =
        Message::Markdown { title: "排班更新 Shifts updated".to_owned(), text: duty.to_owned() };
    let roles = author.people.roles.iter().take(2).map(|(id, _)| *id).collect();
    author.send(id, 5, message, Receivers { roles, ..Receivers::default() }, 4)?;
    author.read_articles(&stories, 5)?;
    Ok(account)
}

fn help_desk(author: &DemoAuthor<'_>) -> Result<ServiceAccount> {
    let account = author.account(
        "信息服务台",
        "电脑、网络、账号 Computers, network, accounts",
        "遇到问题先来这里：网络、账号、设备与安全。Network, accounts, devices and security.",
        picture!("avatar-it.png"),
        picture!("cover-security.jpg"),
    )?;
    let id = &account.unionid;
    let story = author.article(id, &SECURITY)?;
    let card = author.card(id, vec![story])?;
    author.menu(
        id,
        vec![article_button("演练 Drill", story), view_button("状态 Status", "https://example.com/status")],
    )?;
    author.auto_replies(
        id,
        "你好，这里是信息服务台。写下你的问题，或者试试“密码”“网络”。\n\
         Hello, this is the IT desk. Tell us what is wrong, or try \"password\" or \"wifi\".",
        &[
            (
                &["密码", "password"],
                Message::Text {
                    content: format!(
                        "想换密码，请打开 {page} 。忘记了密码，请带工牌到一号楼 102 室，管理员会给你一个临时密码。\n\
                         To choose another password, open {page} . If you have forgotten yours, bring your badge to room 102, \
                         building one: an administrator gives you a temporary one.",
                        page = paths::CHANGE_PASSWORD
                    ),
                },
            ),
            (
                &["网络", "wifi", "wi-fi"],
                Message::Text {
                    content: "办公网络名称是 Carillon-Office，用工号登录。\n\
                              The office network is Carillon-Office; sign in with your job number."
                        .to_owned(),
                },
            ),
        ],
    )?;
    let everyone = || Receivers { all: true, ..Receivers::default() };
    let departments = author.people.departments.iter().take(1).map(|(id, _)| *id).collect();
    let maintenance = Message::ActionCard {
        title: "周六夜间维护 Maintenance on Saturday night".to_owned(),
        markdown: "**周六 22:00 至 24:00** 办公网络将短暂中断。\n\nThe office network will be down for a short while."
            .to_owned(),
        action: CardAction::Whole {
            title: "查看时间表 Timetable".to_owned(),
            url: "https://example.com/maintenance".to_owned(),
        },
    };
    author.send(id, 30, maintenance, everyone(), 6)?;
    author.send(id, 22, Message::SingleNewsCard { card_id: card }, everyone(), 4)?;
    let guide = Message::Link {
        title: "新员工设备指南 Device guide".to_owned(),
        text: "领取电脑后的第一天要做的七件事。Seven things to do on the first day with your laptop."
            .to_owned(),
        url: "https://example.com/guide".to_owned(),
        picture: Some(author.library_picture(id, LIBRARY.cover)?.to_string()),
        open_type: None,
    };
    author.send(id, 2, guide, Receivers { departments, ..Receivers::default() }, 2)?;
    author.read_articles(&[story], 4)?;
    Ok(account)
}

/// Creates content as an author does.
struct DemoAuthor<'a> {
    demo: &'a Demo<'a>,
    people: &'a People,
    app: AppKey,
}

impl DemoAuthor<'_> {
    fn account(
        &self,
        name: &str,
        brief: &str,
        desc: &str,
        avatar: (&str, &'static [u8]),
        preview: (&str, &'static [u8]),
    ) -> Result<ServiceAccount> {
        let pictures = [self.picture(avatar)?, self.picture(preview)?];
        let new = NewAccount {
            name: name.to_owned(),
            avatar_media_id: pictures[0].0.id.clone(),
            brief: brief.to_owned(),
            desc: desc.to_owned(),
            preview_media_id: pictures[1].0.id.clone(),
        };
        let unionid = self.demo.write(move |tx, env, corp| {
            let account = account::add(tx, env, corp, new)?;
            for (media, size) in &pictures {
                picture::register(tx, corp, &account, media, *size, None)?;
            }
            Ok(account)
        })?;
        Ok(ServiceAccount { unionid, name: name.to_owned() })
    }

    /// A picture in the library of an account.
    fn library_picture(&self, account: &AccountId, file: (&str, &'static [u8])) -> Result<MediaId> {
        let (media, size) = self.picture(file)?;
        let account = account.clone();
        self.demo.write(move |tx, _, corp| picture::register(tx, corp, &account, &media, size, None))
    }

    fn picture(&self, (name, content): (&str, &'static [u8])) -> Result<(Media, Option<(usize, usize)>)> {
        let format = media::inspect(MediaType::Image, name, content).map_err(cli_error)?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let stored = runtime.block_on(self.demo.store.objects().put(Bytes::from_static(content)));
        let new = NewMedia {
            media_type: MediaType::Image,
            format,
            file_name: name.to_owned(),
            size: content.len(),
            content: stored.map_err(cli_error)?,
        };
        let media =
            self.demo.write(move |tx, env, corp| media::add(tx, env, corp, MediaOwner::Nobody, new))?;
        Ok((media, media::picture_size(content)))
    }

    fn article(&self, account: &AccountId, story: &Story) -> Result<ArticleId> {
        let new = NewArticle {
            account: account.clone(),
            uuid: story.title.to_owned(),
            text: ArticleText {
                title: story.title.to_owned(),
                content: story.html.to_owned(),
                digest: Some(story.digest.to_owned()),
                thumb_media_id: Some(self.library_picture(account, story.cover)?),
            },
            allow_forward: Some(true),
            public: Some(false),
        };
        let account = account.clone();
        self.demo.write_at(&self.hours_ago(80), move |tx, env, corp| {
            let id = article::add(tx, env, corp, new)?;
            article::publish(tx, env, corp, &account, id)?;
            Ok(id)
        })
    }

    fn card(&self, account: &AccountId, articles: Vec<ArticleId>) -> Result<CardId> {
        let account = account.clone();
        self.demo.write(move |tx, env, corp| card::add(tx, env, corp, &account, articles))
    }

    fn menu(&self, account: &AccountId, buttons: Vec<MenuButton>) -> Result<()> {
        let account = account.clone();
        let menu = Menu { buttons, enable_input: true, stopped: false };
        self.demo.write(move |tx, _, corp| menu::set(tx, corp, &account, &menu))
    }

    /// Sets the welcome message of the account, and its replies to keywords.
    fn auto_replies(&self, account: &AccountId, welcome: &str, rules: &[(&[&str], Message)]) -> Result<()> {
        let account = account.clone();
        let welcome = Message::Text { content: welcome.to_owned() };
        let rules = rules.iter().map(|(keywords, reply)| KeywordRule {
            keywords: keywords.iter().map(|keyword| (*keyword).to_owned()).collect(),
            matching: Matching::Contains,
            reply: reply.clone(),
        });
        let replies = AutoReplies { welcome: Some(welcome), rules: rules.collect() };
        self.demo.write(move |tx, _, corp| auto_reply::set(tx, corp, &account, replies))
    }

    /// Sends a message some hours ago; `tenths` of ten members have read it.
    fn send(
        &self,
        account: &AccountId,
        hours: i64,
        message: Message,
        receivers: Receivers,
        tenths: u32,
    ) -> Result<()> {
        let new = NewSend {
            account: account.clone(),
            uuid: format!("demo-{hours}"),
            app_key: self.app.clone(),
            message,
            receivers,
            preview: false,
            allow_comment: true,
            comment_type: 0,
            show_homepage: true,
            source: SendSource::Api,
            operator: None,
        };
        let (account, count) = (account.clone(), self.people.count.min(MAX_READERS));
        self.demo.write_at(&self.hours_ago(hours), move |tx, env, corp| {
            let task = send::create(tx, env, corp, new)?;
            // Member numbers start at 1, in the order of creation.
            for member in (1..=count).filter(|number| (number * 7 + 9) % 10 < tenths).map(MemberNo) {
                if let Some(send) = inbox::message(tx, corp, member, &account, &task)? {
                    let read = ReadReceipts { sends: vec![send.seq], newest: Some(send.seq) };
                    // Most read it soon, some much later.
                    let part = i64::from(member.0 * 37 % 100);
                    let at = env.now().plus_ms(hours * HOUR_MS * part * part / 10_000);
                    inbox::mark_read(tx, corp, member, &account, &read, at)?;
                }
            }
            Ok(())
        })
    }

    fn read_articles(&self, articles: &[ArticleId], tenths: u32) -> Result<()> {
        let (articles, count) = (articles.to_vec(), self.people.count.min(MAX_READERS));
        self.demo.write_at(&self.hours_ago(1), move |tx, env, corp| {
            for member in (1..=count).filter(|number| (number * 3 + 1) % 10 < tenths).map(MemberNo) {
                for id in &articles {
                    let link = ArticleLink::of(env, corp, *id, LinkSource::Article);
                    let _opened = article::open(tx, env, corp, &Reader { member: Some(member), link })?;
                }
            }
            Ok(())
        })
    }

    fn hours_ago(&self, hours: i64) -> Env {
        self.demo.env.with_clock(FixedClock(self.demo.env.now().plus_ms(-hours * HOUR_MS)))
    }
}

fn view_button(name: &str, url: &str) -> MenuButton {
    MenuButton { url: Some(url.to_owned()), ..button(name, MenuButtonKind::View) }
}

fn article_button(name: &str, article: ArticleId) -> MenuButton {
    MenuButton { media_id: Some(article.to_string()), ..button(name, MenuButtonKind::ViewArticle) }
}

fn material_button(name: &str, id: &str) -> MenuButton {
    MenuButton { media_id: Some(id.to_owned()), ..button(name, MenuButtonKind::MediaId) }
}

fn button(name: &str, kind: MenuButtonKind) -> MenuButton {
    MenuButton { name: name.to_owned(), kind: Some(kind), ..MenuButton::default() }
}
