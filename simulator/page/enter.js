// When Enter sends: not with Shift, and not while an input method is composing (Japanese, Chinese, Thai...). Chrome
// and Firefox mark such an Enter as composing. Safari ends the composition first and then reports an Enter that
// looks ordinary but for keyCode 229, in the same task; should even that be missing, the task tells.

export function onEnter(field, submit) {
  let justEnded = false;
  field.addEventListener("compositionend", () => {
    justEnded = true;
    setTimeout(() => (justEnded = false));
  });
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey) return;
    if (event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    if (!justEnded) submit();
  });
}
