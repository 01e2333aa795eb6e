import type { Call } from "../sdk/index.js";
import { ask } from "./ask.js";
import type { Parts } from "./dom.js";

/** Where the page of a view that exists by itself is turned: in everybody's. */
const viewOf = (view: string): string => (view.includes(":") ? "main" : view);

/** Which page of a large grid is shown, and for moderators the way to the others; nothing while there is one page. */
export const setUpPages = (parts: Parts, call: Call): void => {
  const pager = parts.text("pager");
  const [previous, next] = [parts.button("previous"), parts.button("next")];
  const render = (): void => {
    const { tiles, role } = call.room();
    const { page = 0, pages = 1 } = tiles ?? {};
    pager.hidden = pages < 2;
    parts.text("page").textContent = `${page + 1} / ${pages}`;
    pager.setAttribute("aria-label", `Page ${page + 1} of ${pages}`);
    previous.hidden = next.hidden = role !== "moderator";
    previous.disabled = page === 0;
    next.disabled = page === pages - 1;
  };
  const turn = (by: number): void => {
    const { tiles } = call.room();
    if (tiles === undefined) return;
    void ask(call.setPage(tiles.page + by, viewOf(tiles.view)));
  };
  previous.onclick = () => turn(-1);
  next.onclick = () => turn(1);
  call.on("tiles", render);
  call.on("participants", render);
  render();
};
