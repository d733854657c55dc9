// Every word the page shows: one table per language, the same keys in each. A further language is a further table;
// `name` is how the language calls itself in the switch. {braces} are filled in by language.js.

import en from "./strings-en.js";
import ja from "./strings-ja.js";
import th from "./strings-th.js";
import zhHant from "./strings-zh-hant.js";

export const strings = { ja, en, "zh-Hant": zhHant, th };
