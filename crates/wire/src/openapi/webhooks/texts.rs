//! The titles of events, and when each is raised and who gets it.

use carillon_model::event::EventKind;

/// The texts of an event.
pub(super) struct EventText {
    kind: EventKind,
    pub(super) title_zh: &'static str,
    pub(super) title_en: &'static str,
    pub(super) purpose_zh: &'static str,
    pub(super) purpose_en: &'static str,
}

/// How the payloads of all events arrive, in Chinese.
pub(super) const DELIVERY_ZH: &str = "回调收到的是加密内容：请求体为 `{\"encrypt\": …}`，这里列出的是解密后的明文。Stream 客户端在帧的 `data` 中收到 `eventId` 之后的字段（除服务号事件外也包括 `eventId`），其中 `diffInfo` 为列表。";

/// How the payloads of all events arrive, in English.
pub(super) const DELIVERY_EN: &str = "Callbacks get it encrypted: the body is `{\"encrypt\": …}`, and this is its plaintext. Stream clients get the fields after `eventId` as the data of a frame (with `eventId`, except in events of service accounts), and `diffInfo` as a list.";

const TEXTS: &[EventText] = &[
    EventText {
        kind: EventKind::MembersAdded,
        title_zh: "通讯录成员增加",
        title_en: "Members added",
        purpose_zh: "企业新增成员时触发，无论成员由接口、管理后台还是导入添加，每位成员触发一次。已订阅且有权查看成员的企业内部应用和第三方企业应用会收到。",
        purpose_en: "Raised for each member who is added, by an operation, in the console or by an import. It goes to internal and third-party apps that subscribed and may read members.",
    },
    EventText {
        kind: EventKind::MemberChanged,
        title_zh: "通讯录成员资料变更",
        title_en: "Member changed",
        purpose_zh: "成员资料被修改时触发，包括调整部门等不在 `diffInfo` 中的修改，因此变更前后的内容可能相同。没有 `fieldEmail` 权限的应用看不到邮箱、办公地点、备注和扩展属性。已订阅且有权查看成员的企业内部应用和第三方企业应用会收到。",
        purpose_en: "Raised when the record of a member is changed, also by changes that `diffInfo` does not show, such as those of departments; both sides may then be alike. Apps without the permission `fieldEmail` do not see mail address, place of work, remark and custom attributes. It goes to internal and third-party apps that subscribed and may read members.",
    },
    EventText {
        kind: EventKind::MembersLeft,
        title_zh: "通讯录成员离开",
        title_en: "Members removed",
        purpose_zh: "成员被删除、离开企业时触发，每位成员触发一次。收到时该 userid 已无法查询，并可能重新分配给其他人。已订阅且有权查看成员的企业内部应用和第三方企业应用会收到。",
        purpose_en: "Raised for each member who is removed from the organisation. When it arrives, the userid is already unknown, and it may be given to another person later. It goes to internal and third-party apps that subscribed and may read members.",
    },
    EventText {
        kind: EventKind::MemberActivated,
        title_zh: "成员激活",
        title_en: "Member activated",
        purpose_zh: "成员首次登录时触发，每位成员只触发一次；首次写入成员的登录事实数据同样算作首次登录。已订阅且有权查看成员的企业内部应用和第三方企业应用会收到。",
        purpose_en: "Raised once for a member, at the first sign-in. The first fact of a sign-in that was sent for the member counts as well. It goes to internal and third-party apps that subscribed and may read members.",
    },
    EventText {
        kind: EventKind::AdminsAdded,
        title_zh: "成员被设为管理员",
        title_en: "Administrators added",
        purpose_zh: "成员成为企业管理员时触发；主管理员与子管理员之间的变更不会触发。已订阅且有权查看成员的企业内部应用会收到。",
        purpose_en: "Raised when a member becomes an administrator of the organisation; a change between main and sub-administrator raises nothing. It goes to internal apps that subscribed and may read members.",
    },
    EventText {
        kind: EventKind::AdminsRemoved,
        title_zh: "成员被取消管理员",
        title_en: "Administrators removed",
        purpose_zh: "成员不再是企业管理员时触发；成员离开企业时只触发 `user_leave_org`。已订阅且有权查看成员的企业内部应用会收到。",
        purpose_en: "Raised when a member ceases to be an administrator and stays in the organisation; one who is removed raises `user_leave_org` alone. It goes to internal apps that subscribed and may read members.",
    },
    EventText {
        kind: EventKind::DepartmentsAdded,
        title_zh: "通讯录部门创建",
        title_en: "Departments added",
        purpose_zh: "企业新建部门时触发，每个部门触发一次。部门的名称和上级可用“获取部门详情”查询。已订阅且有权查看部门的企业内部应用和第三方企业应用会收到。",
        purpose_en: "Raised for each department that is added. `contacts.dept_get` has its name and its parent. It goes to internal and third-party apps that subscribed and may read departments.",
    },
    EventText {
        kind: EventKind::DepartmentsChanged,
        title_zh: "通讯录部门修改",
        title_en: "Departments changed",
        purpose_zh: "部门被修改或移动时触发；企业改名使根部门随之改名时也会触发。事件只有部门 ID，修改后的内容可用“获取部门详情”查询。已订阅且有权查看部门的企业内部应用和第三方企业应用会收到。",
        purpose_en: "Raised when a department is changed or moved, and for the root department when it is renamed with the organisation. The event has the id alone; `contacts.dept_get` has what the department is now. It goes to internal and third-party apps that subscribed and may read departments.",
    },
    EventText {
        kind: EventKind::DepartmentsRemoved,
        title_zh: "通讯录部门删除",
        title_en: "Departments removed",
        purpose_zh: "部门被删除时触发，每个部门触发一次。只有没有成员、也没有下级部门的部门才能删除，因此不会附带其他变更。已订阅且有权查看部门的企业内部应用和第三方企业应用会收到。",
        purpose_en: "Raised for each department that is removed. Only departments without members and departments below them can be removed, so nothing else changes with it. It goes to internal and third-party apps that subscribed and may read departments.",
    },
    EventText {
        kind: EventKind::RolesAdded,
        title_zh: "增加角色或角色组",
        title_en: "Roles or role groups added",
        purpose_zh: "新建角色或角色组时触发，`labelIdList` 中是其 ID。已订阅且有权查看部门和角色的企业内部应用会收到。",
        purpose_en: "Raised when a role or a role group is added; `labelIdList` has its id. It goes to internal apps that subscribed and may read departments and roles.",
    },
    EventText {
        kind: EventKind::RoleChanged,
        title_zh: "修改角色",
        title_en: "Role changed",
        purpose_zh: "角色改名时触发，带有修改前后的角色。已订阅且有权查看部门和角色的企业内部应用会收到。",
        purpose_en: "Raised when a role is renamed, with the role before and after. It goes to internal apps that subscribed and may read departments and roles.",
    },
    EventText {
        kind: EventKind::RolesRemoved,
        title_zh: "删除角色",
        title_en: "Roles removed",
        purpose_zh: "角色被删除时触发，`labelIdList` 中是其 ID；仍有成员的角色不能删除。已订阅且有权查看部门和角色的企业内部应用会收到。",
        purpose_en: "Raised when a role is removed; `labelIdList` has its id. A role that members have cannot be removed. It goes to internal apps that subscribed and may read departments and roles.",
    },
    EventText {
        kind: EventKind::RoleMembersChanged,
        title_zh: "角色成员变更",
        title_en: "Members of roles changed",
        purpose_zh: "批量增加或删除员工角色时触发，每次调用一个事件，列出调用中的全部成员和角色，包括原本就有或没有该角色的成员。已订阅且有权查看部门成员的企业内部应用会收到。",
        purpose_en: "Raised once for a call that gives members roles or takes them, with all members and roles of the call, also where nothing changed. It goes to internal apps that subscribed and may read members of departments.",
    },
    EventText {
        kind: EventKind::AccountMessage,
        title_zh: "服务号接收单聊消息",
        title_en: "Message to a service account",
        purpose_zh: "成员在收件箱中给服务号发送文字或图片时触发，应用可用 `sessionWebhook` 回复。自动回复不影响触发；被拒绝的消息不触发。每个有群发消息权限并已订阅的企业内部应用都会收到，地址各不相同。",
        purpose_en: "Raised when a member writes a text or a picture to a service account in the inbox; apps reply by `sessionWebhook`. An automatic reply does not prevent it, and a refused message raises nothing. Each internal app that subscribed and may send messages gets it, with addresses of its own.",
    },
    EventText {
        kind: EventKind::AccountAction,
        title_zh: "服务号接收用户交互",
        title_en: "Menu item of a service account chosen",
        purpose_zh: "成员在会话中点击带有 key 的菜单项时触发，跳转链接或文章的菜单项不触发。有消息或菜单权限并已订阅的企业内部应用会收到。",
        purpose_en: "Raised when a member chooses a menu item with a key in a conversation; items that open a link or an article raise nothing. It goes to internal apps that subscribed and have the permission for messages or for menus.",
    },
    EventText {
        kind: EventKind::AppReleased,
        title_zh: "企业内部应用发布",
        title_en: "Internal app released",
        purpose_zh: "企业内部应用创建完成、可以使用时触发；第三方企业应用不触发。具有基本权限并已订阅的企业内部应用会收到。",
        purpose_en: "Raised when an internal app is created and can be used; third-party apps raise nothing. It goes to internal apps that subscribed and have the basic permission.",
    },
];

/// Returns the texts of an event; none for one that is not in the document.
pub(super) fn of(kind: EventKind) -> Option<&'static EventText> {
    TEXTS.iter().find(|text| text.kind == kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_event_of_the_document_has_texts() {
        assert_eq!(TEXTS.iter().map(|text| text.kind).collect::<Vec<_>>(), EventKind::ALL);
        for text in TEXTS {
            let texts = [text.title_zh, text.title_en, text.purpose_zh, text.purpose_en];
            assert!(texts.iter().all(|text| !text.is_empty()), "{}", text.kind.as_str());
        }
    }
}
