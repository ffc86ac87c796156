// Where authors see a question as its candidates do: the candidate's own controls.

import { controls } from "./controls.js";

for (const answer of document.querySelectorAll(".as-candidate .answer")) controls(answer);
