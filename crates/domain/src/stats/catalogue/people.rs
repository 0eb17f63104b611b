//! Numbers of members and employees.

use carillon_model::{
    fact::{EmployeeType, EmploymentStatus},
    statistic::Metric,
};

use super::{
    Family,
    Source::{
        Activated, ActivatedShare, CircleAuthors, Cumulative, EmployedAs, EmployeesWho, IncompleteEmployees,
        Members, ShareOfMembers, Users, Value,
    },
    Topic, number,
};

/// The families.
pub const FAMILIES: &[Family] = &[
    Family {
        code: "circle",
        topic: Topic::Community,
        zh: "全员圈",
        en: "All-staff circle",
        numbers: &[
            number("4017", "圈子评论数", "circle comments", "条", Value(Metric::CircleComments)),
            number("4018", "圈子评论用户数", "circle commenters", "人", Users(Metric::CircleComments)),
            number("4019", "圈子点赞数", "circle likes", "个", Value(Metric::CircleLikes)),
            number("4020", "圈子点赞用户数", "people who liked", "人", Users(Metric::CircleLikes)),
            number("4021", "圈子发送动态数", "circle posts", "条", Value(Metric::CirclePosts)),
            number("4022", "圈子累计动态数", "circle posts to date", "条", Cumulative(Metric::CirclePosts)),
            number("4023", "圈子发送动态用户数", "circle authors", "人", Users(Metric::CirclePosts)),
            number("4024", "圈子累计发送动态用户数", "circle authors to date", "人", CircleAuthors),
        ],
    },
    Family {
        code: "online_user",
        topic: Topic::Members,
        zh: "活跃成员",
        en: "Active members",
        numbers: &[
            number("19001", "登录用户数", "people signed in", "", Users(Metric::Logins)),
            number("4001", "通讯录人数", "people in the contact list", "人", Members),
            number("4002", "登录在线人数", "people online", "人", Users(Metric::Logins)),
            number("4003", "组织在线率", "online rate", "", ShareOfMembers(Metric::Logins)),
            number("4004", "聊天用户数", "chatting users", "人", Users(Metric::Messages)),
            number("4005", "PC登录在线用户数", "people online on PC", "人", Users(Metric::DesktopLogins)),
            number("4006", "APP登录在线用户数", "people online on mobile", "人", Users(Metric::MobileLogins)),
        ],
    },
    Family {
        code: "health",
        topic: Topic::Attendance,
        zh: "运动",
        en: "Steps",
        numbers: &[
            number("4082", "参与运动人数", "people with steps", "人", Users(Metric::Steps)),
            number("4083", "超过5000步人数", "people over 5000 steps", "人", Users(Metric::StepsOver5000)),
        ],
    },
    Family {
        code: "employee_type",
        topic: Topic::Members,
        zh: "员工类型",
        en: "Employees",
        numbers: &[
            number("4009", "全职人数", "full-time people", "人", EmployedAs(EmployeeType::FullTime)),
            number("4010", "资料不完整人数", "people with incomplete records", "人", IncompleteEmployees),
            number("4011", "正式员工", "permanent staff", "人", EmployeesWho(EmploymentStatus::Permanent)),
            number("4012", "试用员工", "staff on probation", "人", EmployeesWho(EmploymentStatus::Probation)),
            number("4013", "兼职员工", "part-time staff", "人", EmployedAs(EmployeeType::PartTime)),
            number("4014", "劳务外包员工", "outsourced staff", "人", EmployedAs(EmployeeType::Outsourced)),
            number(
                "4015",
                "待离职员工",
                "staff about to leave",
                "人",
                EmployeesWho(EmploymentStatus::Leaving),
            ),
            number("4016", "实习员工", "interns", "人", EmployedAs(EmployeeType::Intern)),
            number("4130", "劳务派遣人数", "dispatched staff", "人", EmployedAs(EmployeeType::Dispatched)),
            number("4131", "退休返聘人数", "rehired retirees", "人", EmployedAs(EmployeeType::Rehired)),
            number("4132", "无员工类型人数", "people without a type", "人", EmployedAs(EmployeeType::None)),
            number("4133", "离职人数", "people who left", "人", EmployeesWho(EmploymentStatus::Left)),
            number("4134", "试岗人数", "people on trial", "人", EmployeesWho(EmploymentStatus::Trial)),
        ],
    },
    Family {
        code: "active_user",
        topic: Topic::Members,
        zh: "激活",
        en: "Activation",
        numbers: &[
            number("4007", "累计激活人数", "people activated to date", "人", Activated),
            number("4008", "激活率", "activation rate", "", ActivatedShare),
        ],
    },
];
