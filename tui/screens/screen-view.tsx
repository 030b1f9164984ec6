import { DisksScreen } from "./disks.tsx";
import { DoneScreen } from "./done.tsx";
import { FailedScreen } from "./failed.tsx";
import { FlakeScreen } from "./flake.tsx";
import { LayoutScreen } from "./layout.tsx";
import { MountedScreen } from "./mounted.tsx";
import { OverlayScreen } from "./overlay.tsx";
import { ProgressScreen } from "./progress.tsx";
import type { ScreenProps } from "./props.ts";
import { RepairScreen } from "./repair.tsx";
import { ReviewScreen } from "./review.tsx";
import { StartScreen } from "./start.tsx";

/** The screen that the model is at, or what is drawn over it. */
export function ScreenView(props: ScreenProps) {
  const { overlay, screen } = props.model;
  if (overlay) return <OverlayScreen model={props.model} overlay={overlay} />;
  const View = views[screen.at];
  return <View {...props} />;
}

const views = {
  start: StartScreen,
  repair: RepairScreen,
  mounted: MountedScreen,
  disks: DisksScreen,
  layout: LayoutScreen,
  flake: FlakeScreen,
  review: ReviewScreen,
  progress: ProgressScreen,
  failed: FailedScreen,
  done: DoneScreen,
};
