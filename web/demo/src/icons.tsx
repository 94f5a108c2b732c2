// Line icons on a grid of 24.

import type { JSX } from 'preact';

function icon(children: JSX.Element) {
  return () => (
    <svg
      viewBox="0 0 24 24"
      width="22"
      height="22"
      fill="none"
      stroke="currentColor"
      stroke-width="1.8"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      {children}
    </svg>
  );
}

const slash = <path d="M4 4l16 16" />;
const microphone = (
  <>
    <rect x="9" y="3" width="6" height="11" rx="3" />
    <path d="M5.5 11.5a6.5 6.5 0 0 0 13 0M12 18v3" />
  </>
);
const camera = (
  <>
    <rect x="3" y="6.5" width="12" height="11" rx="2.5" />
    <path d="M15 11l6-3.5v9L15 13" />
  </>
);

export const MicrophoneIcon = icon(microphone);
export const MicrophoneOffIcon = icon(
  <>
    {microphone}
    {slash}
  </>,
);
export const CameraIcon = icon(camera);
export const CameraOffIcon = icon(
  <>
    {camera}
    {slash}
  </>,
);
export const ScreenIcon = icon(
  <>
    <rect x="3" y="4" width="18" height="12.5" rx="2.5" />
    <path d="M8.5 20.5h7M12 13V8m0 0L9.5 10.5M12 8l2.5 2.5" />
  </>,
);
export const HangUpIcon = icon(
  <path
    fill="currentColor"
    stroke="none"
    d="M12 8.5c-3.6 0-6.9.9-9.2 2.7-1.4 1.1-1.6 2.9-.9 4.4l.4.9c.4.8 1.2 1.2 2.1 1l2.7-.7c.8-.2 1.4-.9 1.4-1.8v-1.9c2.3-.7 4.7-.7 7 0V15c0 .9.6 1.6 1.4 1.8l2.7.7c.9.2 1.7-.2 2.1-1l.4-.9c.7-1.5.5-3.3-.9-4.4C18.9 9.4 15.6 8.5 12 8.5z"
  />,
);
export const InviteIcon = icon(
  <>
    <circle cx="10" cy="8" r="3.5" />
    <path d="M3.5 19.5c.4-3.6 3-5.5 6.5-5.5s6.1 1.9 6.5 5.5M19 7v6m-3-3h6" />
  </>,
);
export const SettingsIcon = icon(
  <>
    <path d="M4 7h9m5 0h2M4 17h3m5 0h8" />
    <circle cx="15.5" cy="7" r="2.5" />
    <circle cx="9.5" cy="17" r="2.5" />
  </>,
);
export const PeopleIcon = icon(
  <>
    <circle cx="9" cy="8.5" r="3" />
    <path d="M3.5 18.5c.3-3 2.5-4.7 5.5-4.7s5.2 1.7 5.5 4.7M15.5 5.8a3 3 0 0 1 0 5.4M17 14.2c2.1.6 3.3 2.1 3.5 4.3" />
  </>,
);
