//! The fixed texts of the pages: one typed table, so a text that is missing in one language does not compile.

/// Keeps both languages of a text on one row of the table below.
macro_rules! texts {
    ($($(#[$note:meta])* $name:ident: $zh:literal, $en:literal;)*) => {
        /// The fixed texts of the pages in one language.
        pub struct Texts { $($(#[$note])* pub $name: &'static str,)* }
        pub(super) const ZH: Texts = Texts { $($name: $zh,)* };
        pub(super) const EN: Texts = Texts { $($name: $en,)* };
    };
}

texts! {
    /// The name of the list of conversations.
    inbox: "消息", "Messages";
    /// The skip link.
    skip: "跳到内容", "Skip to content";
    /// The button that ends the session.
    sign_out: "退出登录", "Sign out";
    /// The link from a conversation to the list.
    back: "返回消息列表", "Back to messages";
    /// The link from a profile or material to the conversation.
    back_to_conversation: "返回会话", "Back to the conversation";

    /// The heading and button of the sign-in page.
    sign_in: "登录", "Sign in";
    /// The line under that heading.
    sign_in_lead: "用组织为你开通的账号登录，查看服务号发给你的消息。",
        "Use the account your organisation gave you to read what its service accounts sent you.";
    /// The heading of the question for the organisation.
    organisation_ask: "登录哪个组织？", "Which organisation?";
    /// The line under that heading.
    organisation_ask_lead: "这里有多个组织，一个浏览器同时只能登录其中一个。",
        "Several organisations are at home here. A browser is signed in to one at a time.";
    /// The label of the field for the organisation.
    organisation: "组织简称", "Short name of the organisation";
    /// What to do with that field.
    organisation_hint: "由字母、数字和连字符组成，就是组织网址 /o/ 后面的那一段。不知道的话，请问组织管理员。",
        "Letters, digits and hyphens: what follows /o/ in its address. Your administrator knows it.";
    /// The button below it.
    go_on: "继续", "Continue";
    /// No organisation was named.
    organisation_missing: "请先填写组织简称。", "Enter the short name of your organisation first.";
    /// No organisation has the short name.
    organisation_unknown: "没有这个组织，请核对组织简称。", "There is no such organisation. Check the short name.";
    /// The link to that question.
    another_organisation: "登录其他组织", "Sign in to another organisation";
    /// No organisation has this address.
    unknown_organisation: "没有这个组织", "There is no such organisation";
    /// What to do about it.
    unknown_organisation_next: "请核对网址里 /o/ 后面的组织简称，或向组织管理员索取链接。",
        "Check the short name after /o/ in the address, or ask your administrator for the link.";
    /// Why another organisation cannot be entered yet.
    one_at_a_time: "一个浏览器同时只能登录一个组织。要登录这个组织，请先退出现在的组织；不会丢失任何消息。",
        "A browser is signed in to one organisation at a time. To sign in to this one, sign out of the other first. Nothing is lost.";
    /// A page of another organisation.
    other_organisation: "这是另一个组织的内容", "This belongs to another organisation";
    /// What to do about it.
    other_organisation_next: "你登录的是别的组织。如果你也是那个组织的成员，可以换到那里登录，然后会回到这里。",
        "You are signed in elsewhere. If you are a member of that organisation too, sign in there and you come back here.";
    /// The summary of the answer to who has forgotten the password.
    forgot: "忘记密码？", "Forgot your password?";
    /// The same where the password of before is asked for.
    forgot_current: "忘记当前密码？", "Forgot the current password?";
    /// That answer.
    forgot_next: "请联系你所在组织的管理员，比如人事或信息服务台。管理员会给你一个临时密码，登录后再换成自己的密码。",
        "Ask the administrators of your organisation, such as HR or the IT desk. They give you a temporary password; once you have \
         signed in with it, you choose your own.";
    /// The button that shows a password.
    show: "显示", "Show";
    /// The button that hides it again.
    hide: "隐藏", "Hide";
    /// The label of the user id field.
    userid: "用户 ID", "User id";
    /// The label of the password field.
    password: "密码", "Password";
    /// The heading over the members of the demonstration organisation.
    demo_members: "演示组织的成员", "Members of the demonstration organisation";
    /// What to do with them.
    demo_members_lead: "点一位成员，直接以其身份登录。", "Pick one to sign in as that person.";
    /// A wrong password or an unknown user.
    wrong_password: "用户 ID 或密码不对，请核对后重试。",
        "The user id or the password is wrong. Check both and try again.";
    /// Too many tries.
    too_many_tries: "尝试次数过多，请几分钟后再试。", "Too many tries. Wait a few minutes and try again.";
    /// Too many sign in at the same time.
    sign_in_busy: "现在登录的人太多，请稍后再试。", "Too many people are signing in. Try again in a moment.";

    /// The name of the page that members have of themselves.
    me: "我的账号", "My account";
    /// The link to it.
    back_to_me: "返回我的账号", "Back to my account";
    /// The heading and button of the form for another password.
    change_password: "修改密码", "Change password";
    /// The line under that heading.
    change_password_lead: "修改后，你在其他设备上的登录会立即失效，这里不受影响。",
        "You stay signed in here. All your other devices are signed out at once.";
    /// The heading for a member with a temporary password.
    choose_password: "设置自己的密码", "Choose your own password";
    /// The line under that heading.
    choose_password_lead: "管理员给你的是临时密码。换成只有你知道的密码后就可以继续。",
        "The password that you were given is temporary. Choose one that only you know, then you can go on.";
    /// The label of the field for the password of before.
    current_password: "当前密码", "Current password";
    /// The same for a temporary one.
    temporary_password: "临时密码", "Temporary password";
    /// The label of the field for the new password.
    new_password: "新密码", "New password";
    /// The label of the field for the new password once more.
    new_password_again: "再输入一次新密码", "New password again";
    /// What a password has to be.
    password_rules: "8 到 128 个字符。几个不相干的词连在一起，又长又好记。",
        "8 to 128 characters. A few unrelated words make a long one that is easy to remember.";
    /// The password of before is wrong.
    current_password_wrong: "当前密码不对，请重新输入。", "The current password is wrong. Enter it again.";
    /// The two new passwords differ.
    passwords_differ: "两次输入的新密码不一样，请重新输入。", "The two new passwords differ. Enter them again.";
    /// The new password is too short.
    password_too_short: "新密码太短，至少 8 个字符。", "The new password is too short. It needs 8 characters.";
    /// The new password is too long.
    password_too_long: "新密码太长，最多 128 个字符。", "The new password is too long. It may have 128 characters.";
    /// The new password is the user id.
    password_is_userid: "新密码不能和用户 ID 相同。", "The new password must not be your user id.";
    /// The new password is easy to guess.
    password_is_common: "这个密码太常见，很容易被猜到，请换一个。", "That password is too easy to guess. Choose another one.";
    /// The new password is the one of before.
    password_is_current: "新密码不能和当前密码相同。", "The new password must not be the current one.";
    /// Said when it is changed.
    password_changed: "密码已修改，其他设备上的登录已失效。",
        "Your password is changed, and your other devices are signed out.";
    /// Advice to a member whose password the organisation set.
    initial_password: "现在的密码是组织为你设置的，建议换成只有你知道的密码。",
        "Your organisation set the password that you have. Better choose one that only you know.";
    /// The heading over the sessions.
    sessions: "登录的设备", "Where you are signed in";
    /// The line under that heading.
    sessions_lead: "有不认识的设备？先让它下线，再修改密码。",
        "Is there a device that is not yours? Sign it out, then change your password.";
    /// A device that said nothing of itself.
    unknown_device: "未知设备", "Unknown device";
    /// The badge of the session that asks.
    this_session: "本设备", "This device";
    /// The button that ends a session.
    end_session: "下线", "Sign out";
    /// The button that ends all sessions but this one.
    end_other_sessions: "让其他设备全部下线", "Sign out everywhere else";
    /// Said when a session ended.
    sessions_ended: "已下线。", "Signed out there.";

    /// The heading of an empty list of conversations.
    no_conversations: "还没有服务号", "No service accounts yet";
    /// What to do about it.
    no_conversations_next: "服务号发来第一条消息后，会话会自动出现在这里，不用刷新。",
        "When a service account sends you its first message, it appears here by itself.";
    /// The summary of a conversation without messages.
    no_messages: "还没有消息", "No messages yet";
    /// The heading of an empty conversation.
    empty_conversation: "还没有消息", "No messages yet";
    /// What to do about it.
    empty_conversation_next: "这个服务号的新消息会自动出现在这里。可以先看看它的介绍。",
        "What this account sends next appears here by itself. Meanwhile, see what it is for.";
    /// The link to the profile of an account.
    about: "服务号介绍", "About this account";
    /// The label of the list of messages.
    messages: "消息记录", "Messages";
    /// The link to earlier messages.
    older: "查看更早的消息", "Earlier messages";
    /// The link from earlier messages to the newest.
    newest: "回到最新消息", "Back to the newest messages";
    /// Said when earlier messages arrived.
    older_loaded: "已载入更早的消息", "Earlier messages loaded";
    /// The start of a conversation.
    beginning: "会话开始", "The conversation starts here";
    /// The pill over the messages.
    new_messages: "有新消息", "New messages";
    /// Where what is unread begins.
    unread_from: "以下是未读消息", "Unread from here";
    /// In place of a conversation on wide screens, while none is chosen.
    choose_conversation: "从左侧选择一个会话", "Choose a conversation on the left";
    /// The label of that place.
    conversation: "会话", "Conversation";
    /// While something loads.
    loading: "载入中…", "Loading…";
    /// Said when a message was taken back.
    recalled_now: "一条消息已撤回", "A message was recalled";
    /// Said while the live connection is broken.
    offline: "网络已断开，正在重连。你写的内容会保留。", "You are offline. What you write is kept until the connection is back.";
    /// Said when a step failed.
    failed: "没有成功，请重试。", "That did not work. Try again.";
    /// Said of a message that could not reach the server; it is sent again by itself.
    send_waits: "尚未发送，网络恢复后自动重发", "Not sent yet. It goes out when the connection is back.";
    /// Said of a message that failed at the server; it is sent again by itself.
    send_again_soon: "尚未发送，稍后自动重发", "Not sent yet. Trying again soon.";
    /// Said of a message that was refused, before the reason.
    not_sent: "未发送", "Not sent";
    /// The button that sends it again.
    send_again: "重新发送", "Send again";
    /// The button that puts its text back into the field.
    edit: "编辑", "Edit";
    /// The button that throws it away.
    discard: "丢弃", "Discard";
    /// Asked before that.
    discard_sure: "丢弃这条未发送的消息？丢弃后无法找回。", "Discard this message that was not sent? It cannot be brought back.";
    /// The button that leaves things as they are.
    keep: "保留", "Keep it";
    /// The button that stops an upload.
    cancel: "取消", "Cancel";
    /// The progress of an upload.
    uploading: "正在上传", "Uploading";
    /// The list of pictures about to be sent.
    chosen_pictures: "待发送的图片", "Pictures to send";
    /// The button that takes one out.
    remove_picture: "移除图片", "Remove picture";
    /// A picture that waits to be sent, or is sent just now.
    picture_waiting: "待发送的图片", "Picture to send";
    /// More pictures than can be sent at once.
    too_many_pictures: "一次最多选择 9 张图片。", "Choose up to 9 pictures at a time.";
    /// Asked before signing out while something was not sent and is kept by the browser alone.
    sign_out_unsent: "有消息还没有发送。它们会加密保留在这台设备上，你下次在此登录后自动发送。仍要退出吗？",
        "Some messages were not sent yet. They stay on this device, locked, and go out when you sign in here again. Sign out?";
    /// The same where nothing can be encrypted: without https.
    sign_out_lost: "有消息还没有发送，退出后将丢失。仍要退出吗？",
        "Some messages were not sent yet. They are lost if you sign out now. Sign out?";
    /// The button that asks the browser for notifications.
    notify: "打开新消息通知", "Turn on notifications";
    /// The text of a notification.
    notification: "你有新消息", "You have a new message";
    /// The link to the search, and the label of its field.
    search: "搜索", "Search";
    /// The heading of the search through all conversations.
    search_all: "搜索消息", "Search messages";
    /// The link from a search in one conversation to all.
    search_everywhere: "搜索全部会话", "Search all conversations";
    /// The placeholder of the field.
    search_hint: "消息、标题或文章内容", "Messages, titles or articles";
    /// The empty state of the search.
    search_lead: "输入一个或几个词，查找你收到和发出的消息，以及消息里的文章。",
        "Type one or more words to look through your messages and the articles that came with them.";
    /// What to do when nothing was found.
    nothing_found_next: "换个说法，或少用几个词。已撤回的消息搜不到。",
        "Try other words, or fewer. Recalled messages are not found.";
    /// The heading over accounts that were found.
    found_accounts: "服务号", "Accounts";
    /// The heading over messages that were found.
    found_messages: "消息", "Messages";
    /// The link to further results.
    search_on: "继续搜索更早的消息", "Search further back";
    /// Said when everything was searched.
    search_end: "已全部搜索完", "That is everything";
    /// The label and placeholder of the field to write in.
    write: "输入消息", "Write a message";
    /// The button that sends a message.
    send: "发送", "Send";
    /// The button that sends a picture.
    send_picture: "发送图片", "Send a picture";
    /// Said of a message until the server has it.
    sending: "发送中…", "Sending…";
    /// Whose a message is, for a screen reader.
    you: "你", "You";
    /// Before the words on a menu item that the member chose.
    chose: "你点了菜单", "You chose";
    /// In place of the field where the account lets nobody write.
    writing_off: "这个服务号不接收文字消息，请使用菜单。", "This account does not take messages. Use its menu.";
    /// The same for an account without a menu.
    writing_off_no_menu: "这个服务号不接收消息。", "This account does not take messages.";
    /// In place of the field for a member whom the account has blocked.
    blocked: "你已被这个服务号限制，不能给它发消息。如有疑问，请联系组织管理员。",
        "This account has blocked you, so you cannot write to it. Ask your administrator if that is a mistake.";
    /// An account that is disabled for good.
    account_closed: "这个服务号已停用。", "This account is out of use.";
    /// A message without content.
    chat_text_empty: "请先输入内容或选择图片。", "Write something or choose a picture first.";
    /// A text that is too long.
    chat_text_too_long: "消息太长，最多 5000 个字。", "The message is too long. It may have 5000 characters.";
    /// Too many messages in a minute.
    chat_too_frequent: "发得太快了，请一分钟后再试。", "That was too fast. Try again in a minute.";
    /// A file that is no picture that can be sent.
    picture_invalid: "只能发送 JPG、PNG、GIF 或 BMP 图片。", "Only JPG, PNG, GIF and BMP pictures can be sent.";
    /// A picture that is too large.
    picture_too_large: "图片太大，最多 20 MB。", "The picture is too large. It may have 20 MB.";
    /// A picture with too many pixels.
    picture_too_many_pixels: "图片尺寸太大，最多 1 亿像素。", "The picture has too many pixels. It may have 100 million.";
    /// No room for a picture.
    storage_full: "图片没有发送：存储空间已满。请联系组织管理员。",
        "The picture was not sent: there is no room for it. Ask your administrator.";
    /// A menu item that is not there any more.
    menu_item_gone: "这个菜单项已经没有了，请刷新页面。", "This menu item is gone. Reload the page.";
    /// Material of a menu item that is not there any more.
    material_gone: "这项内容已被删除。", "What this item held was deleted.";
    /// The label of the menu.
    menu: "服务号菜单", "Account menu";
    /// The badge of a preview message.
    preview: "预览", "Preview";
    /// The explanation of that badge.
    preview_note: "仅你可见，24 小时后链接失效", "Only you see this; its links stop after 24 hours";
    /// The badge of an urgent message.
    urgent: "紧急", "Urgent";
    /// The badge of an urgent message that was asked for as a phone call.
    by_phone: "电话", "Phone";
    /// The explanation of that badge.
    by_phone_note: "发送方要求电话提醒；本系统已记录，未拨打电话",
        "The sender asked for a phone call. It is noted here; no call was placed.";
    /// The words for a picture in a summary.
    image_summary: "[图片]", "[Picture]";
    /// The alternative text of a picture without one.
    image: "图片", "Picture";
    /// The link at the foot of a card.
    read_more: "查看全文", "Read more";
    /// The link at the foot of a single action card without a title.
    open: "查看详情", "Open";

    /// The heading over the example message of an account.
    preview_picture: "消息示例", "What its messages look like";
    /// The link from the profile to the conversation.
    open_conversation: "进入会话", "Open the conversation";
    /// The button that copies the address of an article.
    copy_link: "复制链接", "Copy link";
    /// Said when it is copied.
    copied: "链接已复制", "Link copied";
    /// Said in place of it when the author refused forwarding.
    no_forward: "作者未允许转发", "The author does not allow forwarding";
    /// The heading over the comments.
    comments: "评论", "Comments";
    /// The label of the field for a comment.
    your_comment: "写评论", "Write a comment";
    /// The button that sends it.
    send_comment: "发表", "Post";
    /// Said where only selected comments are shown.
    selected_only: "这里只显示精选评论，以及你自己写的评论。", "Only selected comments are shown here, and your own.";
    /// The badge of a comment that was not selected.
    not_selected: "仅自己可见", "Only you see this";
    /// Nobody has commented.
    no_comments: "还没有评论", "No comments yet";
    /// The button that deletes one's own comment.
    delete_comment: "删除", "Delete";
    /// Asked before that.
    delete_comment_sure: "删除后所有人都看不到这条评论，且无法恢复。", "Nobody will see this comment any more, and it cannot be brought back.";
    /// The button that does it.
    delete_comment_now: "确认删除", "Delete it";
    /// An empty comment.
    comment_empty: "评论不能为空。", "Write something first.";
    /// Too many comments.
    comment_too_many: "评论太频繁，请一分钟后再试。", "Too many comments. Try again in a minute.";
    /// The way out of a notice.
    to_inbox: "回到消息列表", "Go to messages";

    /// Nothing at this address.
    not_found: "找不到这个页面", "This page does not exist";
    /// What to do about it.
    not_found_next: "链接可能不完整。请从消息里重新打开。", "The link may be incomplete. Open it again from the message.";
    /// An app calls what it may not call.
    permission_needed: "应用缺少权限", "The app lacks a permission";
    /// What to do about it.
    permission_needed_next: "请服务器管理员执行以下命令。授权后立即生效，无需重新获取 access_token。",
        "Ask whoever runs the server for this command. It takes effect at once, with the token that the app has.";
    /// A deleted article.
    deleted: "内容已被删除", "This was deleted";
    /// What to do about it.
    deleted_next: "作者已删除这篇内容。如需了解，请联系发送它的服务号。",
        "Its author deleted it. Ask the account that sent it if you still need it.";
    /// A recalled message.
    recalled: "消息已撤回", "This message was recalled";
    /// What to do about it.
    recalled_next: "发送方已撤回这条消息，会话里的其他消息不受影响。",
        "The sender took it back. The rest of the conversation is still there.";
    /// A preview link past its time.
    link_expired: "链接已失效", "This link has expired";
    /// What to do about it.
    link_expired_next: "预览链接 24 小时内有效。请让作者重新发送预览。",
        "Preview links work for 24 hours. Ask the author to send the preview again.";
    /// A page for members only.
    sign_in_needed: "请先登录", "Sign in to read this";
    /// What to do about it.
    sign_in_needed_next: "这篇内容只对组织成员开放。登录后会回到这里。",
        "Only members of the organisation may read this. You come back here after signing in.";
    /// A page for other members.
    forbidden: "你没有查看权限", "You may not read this";
    /// What to do about it.
    forbidden_next: "这篇内容只对部分成员开放。如有需要，请联系组织管理员。",
        "It is open to other members only. Ask your administrator if you need it.";
    /// The server has too much to do.
    busy: "服务器正忙", "The server is busy";
    /// What to do about it.
    busy_next: "请稍等片刻再试。", "Wait a moment and try again.";
    /// A failure of the server.
    unavailable: "服务器出错了", "The server failed";
    /// What to do about it.
    unavailable_next: "请稍后再试。如果一直这样，把请求编号告诉管理员。",
        "Try again in a moment. If it keeps failing, give the administrator the request id.";
}
