/** How a participant's picture is in a view. */
import type { ParticipantMedia, SourceKind } from "../contract.js";
import { sourceIdOf } from "../video/layouts/index.js";
import type { Picture, Publication } from "./publication.js";
import type { View } from "./view.js";

/** In a file nobody is who does not want to be. */
export const isSeen = (
  { masks }: View,
  { recorded }: ParticipantMedia,
): boolean => !masks || recorded !== false;

export const sourceOf = (
  view: View,
  media: ParticipantMedia,
  kind: SourceKind,
) => ({
  participant: media.id,
  kind,
  role: media.role,
  name: media.name,
  muted: media.muted || media.held,
  active:
    isSeen(view, media) &&
    !media.held &&
    (kind === "camera" ? media.camera : media.sharing),
});

export type Shown = {
  media: ParticipantMedia;
  published: Partial<Record<SourceKind, Publication>>;
};

/** A view that is new, or a source that is, gets the picture that is there. */
export const showIn = (
  view: View,
  { media, published }: Shown,
  kind: SourceKind,
): void => {
  const id = sourceIdOf(media.id, kind);
  if (!view.has(id)) return;
  view.compositor.addSource(id, sourceOf(view, media, kind));
  const picture: Picture | undefined = published[kind]?.picture;
  if (picture !== undefined && isSeen(view, media))
    view.compositor.putFrame(id, picture.frame, picture.at);
};
