// The page on which an author tries an answer: the candidate's own controls.

import { controls } from "./controls.js";

controls(document.querySelector("#try"));
