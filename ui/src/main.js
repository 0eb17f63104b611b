import { ArticleEditor } from "./editor.js";
import { ArticleForm } from "./form.js";

customElements.define("article-editor", ArticleEditor);
customElements.define("article-form", ArticleForm);
