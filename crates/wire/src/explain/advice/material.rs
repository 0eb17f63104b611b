//! Service accounts, media, articles and cards.

super::advice! {
    AccountNameTaken: "组织里已有同名的服务号。", "Another service account of the organisation has this name."
        => "换一个名称，或者用查询服务号列表的接口找到已有的那个。", "Choose another name, or find the existing account with the list of service accounts.";
    TooManyAccounts: "组织的服务号数量已达上限。", "The organisation has reached its limit of service accounts."
        => "停用不再使用的服务号后再创建。", "Disable accounts that nobody uses any more, then add this one.";
    AccountIdMalformed: "unionid 的格式不是服务号的格式。", "The unionid cannot be that of a service account."
        => "服务号的 unionid 以 iE 结尾；不要传成员的 unionid 或服务号名称。", "The unionid of an account ends in iE. Do not send the unionid of a member, or the name of the account.";
    UnknownAccount: "组织里没有这个 unionid 的服务号。", "No service account of the organisation has this unionid."
        => "用查询服务号列表的接口取得 unionid，并确认令牌属于同一个组织。", "Get the unionid from the list of service accounts, and check that the token is of the same organisation.";
    AccountDisabled: "服务号已经停用，停用后不能恢复。", "The service account was disabled for good."
        => "改用另一个服务号，或创建新的服务号。", "Use another service account, or add a new one.";
    MediaTypeInvalid: "type 不是文档中的媒体类型。", "The type is not a documented type of media."
        => "type 只能是 image、voice、video 或 file。", "The type is one of image, voice, video and file.";
    MediaMissing: "上传请求里没有文件，或者文件那一部分没有文件名。", "The upload has no file, or its part has no file name."
        => "在名为 media 的部分里发送文件，并带上 filename。", "Send the file in a part with the name media, and give it a filename.";
    MediaEmpty: "上传的文件是空的。", "The uploaded file is empty."
        => "检查读取文件的代码：流可能已经读完，或者长度为零。", "Check the code that reads the file: its stream may be at the end, or its length zero.";
    MediaTooLarge: "文件超过了这种媒体类型的大小限制。", "The file is larger than its type allows."
        => "压缩文件，或用允许更大文件的类型上传。", "Make the file smaller, or upload it as a type that allows more.";
    MediaFormatInvalid: "文件内容不是这种媒体类型支持的格式。", "The content has none of the formats of its type of media."
        => "按内容而不是扩展名判断格式；图片请转成 JPG、PNG、GIF 或 BMP。", "The content counts, not the file extension. Convert pictures to JPG, PNG, GIF or BMP.";
    FileFormatInvalid: "这种格式的文件不允许存储。", "Files of this format may not be stored."
        => "把文件打包成压缩包，或换成文档中列出的格式。", "Pack the file into an archive, or use a documented format.";
    PictureTooManyPixels: "图片的像素太多。", "The picture has too many pixels."
        => "缩小图片的宽和高后再上传。", "Reduce width and height of the picture, then upload it.";
    StorageFull: "应用或组织的存储空间已经用完。", "The storage of the app or the organisation is used up."
        => "让管理员调高 [files] 中的限制；同一文件只上传一次并重复使用 media_id。", "Ask the administrator to raise the limits in [files]. Upload each file once, and use its media_id again.";
    UnknownMedia: "没有这个 media_id 的上传文件。", "No uploaded file has this media_id."
        => "先上传文件，再使用响应里的 media_id；media_id 只在上传它的组织里有效。", "Upload the file first and use the media_id of the response. It is valid in the organisation that uploaded the file.";
    PictureInUse: "文章、服务号、消息或自动回复仍在使用这张图片。", "An article, an account, a message or an automatic reply still shows the picture."
        => "查询图片的使用位置，换掉这些位置的图片后再删除；已群发的消息会一直保留图片。", "Read where it is used and change those places first. Messages that were sent keep their pictures.";
    UnknownArticle: "服务号下没有这个 article_id 的文章。", "No article of the service account has this article_id."
        => "确认 unionid 与文章属于同一个服务号，article_id 可以从文章列表取得。", "Check that the unionid is that of the article's account. The list of articles has the ids.";
    ArticleDeleted: "文章已经删除。", "The article was deleted."
        => "删除不能撤销；请新建文章，再更新引用它的卡片。", "This cannot be undone. Add a new article, and update the cards that name this one.";
    UnknownCard: "服务号下没有这个 media_id 的卡片。", "No card of the service account has this media_id."
        => "卡片的 media_id 由新增卡片的接口返回，不要传上传图片得到的 media_id。", "The operation that adds a card returns its media_id. That of an uploaded picture is another one.";
    CardInUse: "群发、菜单、会话或自动回复仍在使用这张卡片。", "A send, a menu, a conversation or an automatic reply still shows the card."
        => "先从使用它的地方移除，或者保留这张卡片。", "Remove it from what shows it, or leave the card.";
}
