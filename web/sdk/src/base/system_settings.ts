// Where an operating system lets people give a browser their devices.

type Device = 'camera' | 'microphone' | 'screen';

const WINDOWS: Partial<Record<Device, string>> = {
  camera: 'ms-settings:privacy-webcam',
  microphone: 'ms-settings:privacy-microphone',
};
const MAC_PANE = 'x-apple.systempreferences:com.apple.preference.security?Privacy_';
const MAC: Record<Device, string> = {
  camera: `${MAC_PANE}Camera`,
  microphone: `${MAC_PANE}Microphone`,
  screen: `${MAC_PANE}ScreenCapture`,
};

/** Address of the settings for `device`, where the system has one. */
export function settingsAddress(device: string, userAgent: string): string | undefined {
  const addresses = userAgent.includes('Windows')
    ? WINDOWS
    : userAgent.includes('Macintosh')
      ? MAC
      : {};
  return (addresses as Record<string, string | undefined>)[device];
}

/** Opens them, if it was the system and not the user who refused the device. */
export function settingsOpener(device: string, refusal: Error): (() => void) | undefined {
  if (refusal.name !== 'NotAllowedError' || !/system/i.test(refusal.message)) return undefined;
  const address = settingsAddress(device, navigator.userAgent);
  return address === undefined ? undefined : () => void window.open(address, '_self');
}
