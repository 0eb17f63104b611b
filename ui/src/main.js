import { ArticleEditor } from "./editor.js";

customElements.define("article-editor", ArticleEditor);
