// The page on which an author tries an answer: the candidate's own code editor.

import { codeEditor } from "./editor.js";

codeEditor(document.querySelector("#try"));
