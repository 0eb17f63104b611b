import { closeHistory } from "@tiptap/pm/history";

/** What follows is a step of its own for undo, also if it comes soon after what was typed. */
export const newStep = (editor) => editor.view.dispatch(closeHistory(editor.state.tr));
