//! The fixed texts of the pages: one typed table, so a text that is missing in one language does not compile.

/// Declares [`Texts`] and its two values: each row has a text in both languages.
macro_rules! texts {
    ($($(#[$note:meta])* $name:ident: $zh:literal, $en:literal;)*) => {
        /// The fixed texts of the pages in one language.
        pub struct Texts { $($(#[$note])* pub $name: &'static str,)* }
        pub(super) const ZH: Texts = Texts { $($name: $zh,)* };
        pub(super) const EN: Texts = Texts { $($name: $en,)* };
    };
}

texts! {
    /// Name of the list of conversations.
    inbox: "消息", "Messages";
    /// Skip link for keyboards.
    skip: "跳到内容", "Skip to content";
    /// Button that ends the session.
    sign_out: "退出登录", "Sign out";
    /// Link from a conversation to the list.
    back: "返回消息列表", "Back to messages";
    /// Link from a profile or an article to the conversation.
    back_to_conversation: "返回会话", "Back to the conversation";

    /// Heading and button of the sign-in page.
    sign_in: "登录", "Sign in";
    /// Line below that heading.
    sign_in_lead: "用组织为你开通的账号登录，查看服务号发给你的消息。",
        "Sign in with the account from your organisation to read messages from its service accounts.";
    /// Heading of the page that asks for the organisation.
    organisation_ask: "登录哪个组织？", "Which organisation do you want to sign in to?";
    /// Line below that heading.
    organisation_ask_lead: "这台服务器上有多个组织，同一个浏览器一次只能登录一个。",
        "This server hosts several organisations. In one browser, you can be signed in to one of them at a time.";
    /// Label of the field for the organisation.
    organisation: "组织简称", "Short name of your organisation";
    /// Hint for that field.
    organisation_hint: "由字母、数字和连字符组成，即组织网址中 /o/ 后面的部分。如果不清楚，请咨询组织管理员。",
        "Letters, digits and hyphens: the part after /o/ in the address of your organisation. If you do not know it, ask your administrator.";
    /// Button of that page.
    go_on: "继续", "Continue";
    /// Error: the field is empty.
    organisation_missing: "请先填写组织简称。", "Enter the short name of your organisation.";
    /// Error: no organisation has the short name.
    organisation_unknown: "找不到这个组织，请检查组织简称。", "No organisation has this short name. Check it and try again.";
    /// Link to that page.
    another_organisation: "登录其他组织", "Sign in to another organisation";
    /// Notice: no organisation has this address.
    unknown_organisation: "找不到这个组织", "Organisation not found";
    /// What to do then.
    unknown_organisation_next: "请核对网址里 /o/ 后面的组织简称，或向组织管理员索取链接。",
        "Check the short name after /o/ in the address, or ask your administrator for the link.";
    /// Notice: the server has no organisation yet.
    no_organisation: "这里还没有组织", "There is no organisation here yet";
    /// What to do then.
    no_organisation_next: "请在服务器上运行 carillon corp create 创建组织，再用 carillon operator add 添加第一位所有者。",
        "On the server, create one with carillon corp create, and its first owner with carillon operator add.";
    /// Explains why the member must sign out before signing in to another organisation.
    one_at_a_time: "同一个浏览器一次只能登录一个组织。要登录这个组织，请先退出当前组织，你的消息不会丢失。",
        "In one browser, you can be signed in to one organisation at a time. To sign in to this one, sign out of the other one first. You will not lose any messages.";
    /// Notice: the content belongs to another organisation.
    other_organisation: "这是另一个组织的内容", "This belongs to another organisation";
    /// What to do then.
    other_organisation_next: "你当前登录的是其他组织。如果你也是那个组织的成员，请切换登录，之后会回到这个页面。",
        "You are signed in to a different organisation. If you are also a member of the other one, sign in to it. You will then return to this page.";
    /// Opens the help for a forgotten password.
    forgot: "忘记密码？", "Forgot your password?";
    /// The same on the form that asks for the current password.
    forgot_current: "忘记当前密码？", "Forgot the current password?";
    /// That help.
    forgot_next: "请联系你所在组织的管理员，例如人事或 IT 支持。管理员会给你一个临时密码，登录后请改成自己的密码。",
        "Contact an administrator of your organisation, such as HR or the IT help desk. You will get a temporary password, and choose \
         your own after you have signed in with it.";
    /// Button that shows a password.
    show: "显示", "Show";
    /// Button that hides it again.
    hide: "隐藏", "Hide";
    /// Label of the user id field.
    userid: "用户 ID", "User ID";
    /// Label of the password field.
    password: "密码", "Password";
    /// Heading of the members of the demonstration organisation.
    demo_members: "演示组织的成员", "Members of the demo organisation";
    /// Line below that heading.
    demo_members_lead: "点击一位成员，即可用该成员的身份登录。", "Choose the member to sign in as.";
    /// Error: the password is wrong or the user unknown.
    wrong_password: "用户 ID 或密码不正确，请检查后重试。",
        "The user ID or the password is wrong. Check both and try again.";
    /// Error: too many attempts.
    too_many_tries: "尝试次数过多，请几分钟后再试。", "Too many attempts. Wait a few minutes and try again.";
    /// Error: the queue for verifying passwords is full.
    sign_in_busy: "当前登录人数过多，请稍后再试。", "Too many people are signing in right now. Try again in a moment.";

    /// Button that leads to the provider of single sign-on; its name follows.
    sign_in_by: "登录方式：", "Sign in with ";
    /// Between that button and the form.
    or_password: "或使用密码登录", "Or sign in with a password";
    /// Error: passwords are of no use here.
    provider_only: "你的组织只允许通过单点登录进入，请使用上方的按钮。", "Your organisation uses single sign-on only. Use the button above.";
    /// Error: there is no provider, or another one.
    provider_off: "你的组织没有启用单点登录，或刚刚更换了登录服务。请重试，或联系管理员。",
        "Your organisation has no single sign-on, or has just changed its provider. Try again, or ask your administrator.";
    /// Error: too slow, another browser, or used before.
    provider_expired: "这次登录已过期，请重新登录。", "This sign-in has expired. Start again.";
    /// Error: cancelled or refused there.
    provider_denied: "登录服务没有允许这次登录。如果不是你取消的，请联系管理员。",
        "The sign-in service did not allow it. If you did not cancel, ask your administrator.";
    /// Error: the provider is down.
    provider_unreachable: "暂时无法连接登录服务，请稍后重试。", "The sign-in service cannot be reached. Try again in a moment.";
    /// Error: the provider and the settings do not fit.
    provider_failed: "登录服务的回应有误，请联系管理员检查单点登录设置。",
        "The sign-in service gave an answer that is not valid. Ask your administrator to check the single sign-on settings.";
    /// Error: no such member.
    no_member: "登录服务认识你，但你还不是这个组织的成员，请联系管理员。",
        "The sign-in service knows you, but you are not a member of this organisation yet. Ask your administrator.";
    /// Error: no usable userid.
    no_userid: "登录服务没有提供可用的用户 ID，请联系管理员。", "The sign-in service gave no user ID that can be used. Ask your administrator.";
    /// Error: no verified address.
    unverified_email: "登录服务没有提供经过验证的邮箱，请先在那里验证邮箱，或联系管理员。",
        "The sign-in service gave no verified e-mail address. Verify yours there, or ask your administrator.";
    /// Error: no verified number.
    unverified_mobile: "登录服务没有提供经过验证的手机号，请先在那里验证手机号，或联系管理员。",
        "The sign-in service gave no verified mobile number. Verify yours there, or ask your administrator.";
    /// Error: another person has this account.
    linked_to_another: "这个账号已经关联到登录服务中的另一个人，请联系管理员解除关联。",
        "This account belongs to another person at the sign-in service. Ask your administrator to unlink it.";
    /// Notice: the provider did not confirm who is signed in.
    not_confirmed: "没有确认你的身份", "Your identity was not confirmed";
    /// What to do then.
    not_confirmed_next: "这项操作需要你在登录服务中重新登录，并且是同一个人。请返回后重试。",
        "This needs you to sign in again at the sign-in service, as the same person. Go back and try again.";
    /// Heading after signing out.
    signed_out: "你已退出", "You have signed out";
    /// What still holds then.
    signed_out_next: "在这台设备上，你可能仍然登录着登录服务。共用设备上请一并退出。",
        "You may still be signed in at the sign-in service on this device. Sign out there too if others use it.";
    /// Link to the page of the provider for signing out; its name follows.
    sign_out_at: "同时退出", "Also sign out of ";
    /// Link to sign in again.
    sign_in_again: "重新登录", "Sign in again";

    /// Name of the account page.
    me: "我的账号", "My account";
    /// Link to it.
    back_to_me: "返回我的账号", "Back to my account";
    /// Heading and button of the password form.
    change_password: "修改密码", "Change password";
    /// Line below that heading.
    change_password_lead: "修改后，你在其他设备上的登录会立即失效，当前设备不受影响。",
        "You stay signed in on this device. All your other devices are signed out immediately.";
    /// Heading of the password form for a temporary password.
    choose_password: "设置自己的密码", "Choose your own password";
    /// Line below that heading.
    choose_password_lead: "你现在使用的是临时密码。请设置一个只有你知道的密码，然后继续。",
        "Your current password is temporary. Choose a password that only you know to continue.";
    /// Label of the field for the current password.
    current_password: "当前密码", "Current password";
    /// The same for a temporary password.
    temporary_password: "临时密码", "Temporary password";
    /// Label of the field for the new password.
    new_password: "新密码", "New password";
    /// Label of the field that repeats the new password.
    new_password_again: "确认新密码", "Confirm new password";
    /// Rules for passwords.
    password_rules: "8 到 128 个字符。把几个不相关的词连在一起，既够长又好记。",
        "8 to 128 characters. A few unrelated words make a password that is long and easy to remember.";
    /// Error: the current password is wrong.
    current_password_wrong: "当前密码不正确，请重新输入。", "The current password is wrong. Enter it again.";
    /// Error: the new passwords differ.
    passwords_differ: "两次输入的新密码不一致，请重新输入。", "The new passwords do not match. Enter them again.";
    /// Error: the new password is too short.
    password_too_short: "新密码太短，至少 8 个字符。", "The new password is too short. It needs at least 8 characters.";
    /// Error: the new password is too long.
    password_too_long: "新密码太长，最多 128 个字符。", "The new password is too long. It can have at most 128 characters.";
    /// Error: the new password is the user id.
    password_is_userid: "新密码不能和用户 ID 相同。", "The new password must not be the same as your user ID.";
    /// Error: the new password is easy to guess.
    password_is_common: "这个密码太常见，很容易被猜到，请换一个。", "This password is too easy to guess. Choose another one.";
    /// Error: the new password is the current one.
    password_is_current: "新密码不能和当前密码相同。", "The new password must be different from the current one.";
    /// Confirms that it was changed.
    password_changed: "密码已修改，其他设备上的登录已失效。",
        "Your password has been changed, and your other devices have been signed out.";
    /// Advice to a member whose password the organisation set.
    initial_password: "当前密码是组织为你设置的，建议改成只有你知道的密码。",
        "Your current password was set by your organisation. It is safer to choose one that only you know.";
    /// Heading of the sessions.
    sessions: "已登录的设备", "Where you are signed in";
    /// Line below that heading.
    sessions_lead: "有不认识的设备？先让它下线，再修改密码。",
        "Do you see a device that you do not recognise? Sign it out, then change your password.";
    /// Name of a device that sends no known `User-Agent`.
    unknown_device: "未知设备", "Unknown device";
    /// Badge of the current session.
    this_session: "本设备", "This device";
    /// Button that ends a session.
    end_session: "下线", "Sign out";
    /// Button that ends all sessions but the current one.
    end_other_sessions: "让其他设备全部下线", "Sign out all other devices";
    /// Confirms that sessions were ended.
    sessions_ended: "所选设备已下线。", "The selected devices have been signed out.";

    /// Heading of an empty list of conversations.
    no_conversations: "还没有服务号", "No service accounts yet";
    /// What to do then.
    no_conversations_next: "服务号发来第一条消息后，会话会自动出现在这里，无需刷新。",
        "When a service account sends you its first message, the conversation appears here automatically.";
    /// Summary of a conversation without messages.
    no_messages: "还没有消息", "No messages yet";
    /// Heading of an empty conversation.
    empty_conversation: "还没有消息", "No messages yet";
    /// What to do then.
    empty_conversation_next: "这个服务号的新消息会自动出现在这里。你可以先看看它的介绍。",
        "New messages from this account appear here automatically. Meanwhile, you can read about the account.";
    /// Link to the profile of an account.
    about: "服务号介绍", "About this account";
    /// Label of the list of messages, for screen readers.
    messages: "消息记录", "Messages";
    /// Link to earlier messages.
    older: "查看更早的消息", "Show earlier messages";
    /// Link from earlier messages to the newest ones.
    newest: "回到最新消息", "Back to the latest messages";
    /// Announced when earlier messages were loaded.
    older_loaded: "已加载更早的消息", "Earlier messages loaded";
    /// Stands at the start of a conversation.
    beginning: "没有更早的消息了", "No earlier messages";
    /// Button that scrolls to new messages.
    new_messages: "有新消息", "New messages";
    /// Separator before the unread messages.
    unread_from: "以下是未读消息", "Unread messages";
    /// Shown on wide screens while no conversation is chosen.
    choose_conversation: "从左侧选择一个会话", "Choose a conversation on the left";
    /// Label of that area, for screen readers.
    conversation: "会话", "Conversation";
    /// Shown while something loads.
    loading: "加载中…", "Loading…";
    /// Shown in place of a recalled message.
    recalled_now: "一条消息已撤回", "A message was recalled";
    /// Shown while the event stream is broken.
    offline: "网络已断开，正在重新连接。你输入的内容不会丢失。", "You are offline. Reconnecting… What you type is kept.";
    /// Error: a request failed.
    failed: "操作失败，请重试。", "Something went wrong. Try again.";
    /// State of a message that could not reach the server and is retried.
    send_waits: "尚未发送，网络恢复后自动重发", "Not sent yet. It will be sent when you are back online.";
    /// State of a message that failed at the server and is retried.
    send_again_soon: "尚未发送，稍后自动重发", "Not sent yet. Trying again soon.";
    /// State of a message that was refused; the reason follows.
    not_sent: "未发送", "Not sent";
    /// Button that sends it again.
    send_again: "重新发送", "Send again";
    /// Button that moves its text back into the field.
    edit: "编辑", "Edit";
    /// Button that discards it.
    discard: "丢弃", "Discard";
    /// Question before that.
    discard_sure: "丢弃这条未发送的消息？丢弃后无法找回。", "Discard this unsent message? This cannot be undone.";
    /// Button that closes the question without discarding.
    keep: "保留", "Keep";
    /// Button that stops an upload, or closes a question.
    cancel: "取消", "Cancel";
    /// Label of the progress of an upload.
    uploading: "正在上传", "Uploading";
    /// Label of the list of pictures to be sent.
    chosen_pictures: "待发送的图片", "Pictures to send";
    /// Button that removes one.
    remove_picture: "移除图片", "Remove picture";
    /// Alternative text of a picture that is not sent yet.
    picture_waiting: "待发送的图片", "Picture to send";
    /// Error: more pictures than can be sent at once.
    too_many_pictures: "一次最多选择 9 张图片。", "Choose up to 9 pictures at a time.";
    /// Question before signing out while only the browser has a message that was not sent.
    sign_out_unsent: "有消息还没有发送。消息会加密保存在这台设备上，你下次在这里登录后会自动发送。仍要退出吗？",
        "Some messages have not been sent yet. They stay on this device, encrypted, and are sent when you sign in here again. Sign out anyway?";
    /// The same where the browser cannot encrypt: without https.
    sign_out_lost: "有消息还没有发送，退出后将丢失。仍要退出吗？",
        "Some messages have not been sent yet and will be lost if you sign out. Sign out anyway?";
    /// Button that asks the browser for notifications.
    notify: "开启新消息通知", "Turn on notifications";
    /// Text of a notification.
    notification: "你有新消息", "You have a new message";
    /// Title of the search page, label of its field and button.
    search: "搜索", "Search";
    /// Heading of the search in all conversations, and the link to it.
    search_all: "搜索消息", "Search messages";
    /// Link from the search in one conversation to the search in all.
    search_everywhere: "搜索全部会话", "Search all conversations";
    /// Placeholder of the field.
    search_hint: "消息、标题或文章内容", "Messages, titles or articles";
    /// Shown before the first search.
    search_lead: "输入一个或多个关键词，搜索你收到和发出的消息，以及消息中的文章。",
        "Enter one or more words to search your messages and the articles in them.";
    /// What to do without results.
    nothing_found_next: "请换个关键词，或减少关键词。已撤回的消息无法搜到。",
        "Try different or fewer words. Recalled messages cannot be found.";
    /// Heading of accounts in the results.
    found_accounts: "服务号", "Accounts";
    /// Heading of messages in the results.
    found_messages: "消息", "Messages";
    /// Link to further results.
    search_on: "继续搜索更早的消息", "Search earlier messages";
    /// Stands after the last result.
    search_end: "没有更多结果", "No more results";
    /// Label and placeholder of the message field.
    write: "输入消息", "Write a message";
    /// Button that sends a message.
    send: "发送", "Send";
    /// Button that chooses a picture to send.
    send_picture: "发送图片", "Send a picture";
    /// State of a message while it is being sent.
    sending: "发送中…", "Sending…";
    /// Sender of the member's own messages.
    you: "你", "You";
    /// Stands before the label of a menu item that the member chose.
    chose: "你点击了菜单", "You chose";
    /// Replaces the message field if the account does not accept messages.
    writing_off: "这个服务号不接收文字消息，请使用菜单。", "This account does not accept messages. Use its menu.";
    /// The same for an account without a menu.
    writing_off_no_menu: "这个服务号不接收消息。", "This account does not accept messages.";
    /// Replaces the message field for a blocked member.
    blocked: "这个服务号已屏蔽你，你无法给它发消息。如有疑问，请联系组织管理员。",
        "This account has blocked you, so you cannot write to it. If you think this is a mistake, contact your administrator.";
    /// Replaces the message field of a disabled account.
    account_closed: "这个服务号已停用。", "This account has been disabled.";
    /// Error: the message is empty.
    chat_text_empty: "请先输入内容或选择图片。", "Write a message or choose a picture first.";
    /// Error: the text is too long.
    chat_text_too_long: "消息太长，最多 5000 个字。", "The message is too long. It can have at most 5000 characters.";
    /// Error: too many messages in a minute.
    chat_too_frequent: "发送太频繁，请一分钟后再试。", "You are sending messages too quickly. Try again in a minute.";
    /// Error: the file is not an allowed picture.
    picture_invalid: "只能发送 JPG、PNG、GIF 或 BMP 图片。", "Only JPG, PNG, GIF and BMP pictures can be sent.";
    /// Error: the file is too large.
    picture_too_large: "图片太大，最多 20 MB。", "The picture is too large. The limit is 20 MB.";
    /// Error: the picture has too many pixels.
    picture_too_many_pixels: "图片尺寸太大，最多 1 亿像素。", "The picture has too many pixels. The limit is 100 million.";
    /// Error: the storage is full.
    storage_full: "图片没有发送：存储空间已满。请联系组织管理员。",
        "The picture was not sent because the storage is full. Contact your administrator.";
    /// Error: the menu item does not exist any more.
    menu_item_gone: "这个菜单项已不存在，请刷新页面。", "This menu item no longer exists. Reload the page.";
    /// Error: the card or picture of the menu item does not exist any more.
    material_gone: "这项内容已被删除。", "The content of this item was deleted.";
    /// Label of the menu, for screen readers.
    menu: "服务号菜单", "Account menu";
    /// Badge of a preview message.
    preview: "预览", "Preview";
    /// Explains that badge.
    preview_note: "仅你可见，24 小时后链接失效", "Only you can see this. Its links expire after 24 hours.";
    /// Badge of an urgent message.
    urgent: "紧急", "Urgent";
    /// Badge of an urgent message that was requested as a phone call.
    by_phone: "电话", "Phone";
    /// Explains that badge.
    by_phone_note: "发送方要求电话提醒；本系统已记录，未拨打电话",
        "The sender asked for a phone call. The request was recorded, but no call was made.";
    /// Stands for a picture in a summary.
    image_summary: "[图片]", "[Picture]";
    /// Alternative text of a picture that has none.
    image: "图片", "Picture";
    /// Link at the bottom of an article card.
    read_more: "查看全文", "Read more";
    /// Link of an action card whose link has no title.
    open: "查看详情", "View details";

    /// Heading of the example message of an account.
    preview_picture: "消息示例", "Example message";
    /// Link from the profile to the conversation.
    open_conversation: "进入会话", "Open the conversation";
    /// Button that copies the address of an article.
    copy_link: "复制链接", "Copy link";
    /// Confirms that it was copied.
    copied: "链接已复制", "Link copied";
    /// Replaces that button if the author does not allow forwarding.
    no_forward: "作者未允许转发", "The author does not allow forwarding";
    /// Heading of the comments.
    comments: "评论", "Comments";
    /// Label of the comment field.
    your_comment: "写评论", "Write a comment";
    /// Button that posts the comment.
    send_comment: "发表", "Post";
    /// Shown where readers see only selected comments.
    selected_only: "这里只显示精选评论，以及你自己写的评论。", "Only selected comments and your own are shown here.";
    /// Badge of a comment that was not selected.
    not_selected: "仅自己可见", "Visible to you only";
    /// Shown without comments.
    no_comments: "还没有评论", "No comments yet";
    /// Button that deletes a comment of the reader.
    delete_comment: "删除", "Delete";
    /// Question before that.
    delete_comment_sure: "删除后所有人都看不到这条评论，且无法恢复。", "The comment will be deleted for everyone. This cannot be undone.";
    /// Button that confirms the deletion.
    delete_comment_now: "确认删除", "Delete comment";
    /// Error: the comment is empty.
    comment_empty: "评论不能为空。", "Write a comment first.";
    /// Error: too many comments.
    comment_too_many: "评论太频繁，请一分钟后再试。", "You are posting comments too quickly. Try again in a minute.";
    /// Link from a notice to the list of conversations.
    to_inbox: "回到消息列表", "Go to messages";

    /// Notice: there is no page at this address.
    not_found: "找不到这个页面", "This page does not exist";
    /// What to do then.
    not_found_next: "链接可能不完整。请从消息里重新打开。", "The link may be incomplete. Open it again from the message.";
    /// Page about a permission that an app lacks.
    permission_needed: "应用缺少权限", "This app is missing a permission";
    /// What to do then.
    permission_needed_next: "请服务器管理员执行以下命令。授权后立即生效，无需重新获取 access_token。",
        "Ask the server administrator to run this command. It takes effect immediately. The app does not need a new access_token.";
    /// Notice: the article was deleted.
    deleted: "内容已被删除", "This content was deleted";
    /// What to do then.
    deleted_next: "作者已删除这篇文章。如有需要，请联系发送它的服务号。",
        "The author deleted this article. If you still need it, contact the account that sent it.";
    /// Notice: the message was recalled.
    recalled: "消息已撤回", "This message was recalled";
    /// What to do then.
    recalled_next: "发送方已撤回这条消息，会话中的其他消息不受影响。",
        "The sender recalled it. The other messages of the conversation are not affected.";
    /// Notice: the preview link has expired.
    link_expired: "链接已失效", "This link has expired";
    /// What to do then.
    link_expired_next: "预览链接 24 小时内有效。请让作者重新发送预览。",
        "Preview links are valid for 24 hours. Ask the author to send the preview again.";
    /// Notice: the article is for members only.
    sign_in_needed: "请先登录", "Sign in to read this";
    /// What to do then.
    sign_in_needed_next: "这篇文章只对组织成员开放。登录后会回到这个页面。",
        "Only members of the organisation can read this article. You will return to this page after signing in.";
    /// Notice: the article is for other members.
    forbidden: "你没有查看权限", "You do not have access";
    /// What to do then.
    forbidden_next: "这篇文章只对部分成员开放。如有需要，请联系组织管理员。",
        "Only some members can read this article. If you need access, contact your administrator.";
    /// Notice: the server is overloaded.
    busy: "服务器正忙", "The server is busy";
    /// What to do then.
    busy_next: "请稍等片刻再试。", "Wait a moment and try again.";
    /// Notice: the server failed.
    unavailable: "服务器出错了", "Server error";
    /// What to do then.
    unavailable_next: "请稍后再试。如果问题持续出现，请联系管理员。",
        "Try again in a moment. If the problem persists, contact your administrator.";
}
