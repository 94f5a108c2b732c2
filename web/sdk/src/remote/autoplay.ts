// Browsers may refuse to play sound before the user touched the page. Then the user is asked for a click.

import { log } from '../base/log';

/** What waits for a click, and how to go on. */
type Resume = () => Promise<void>;

export class Autoplay {
  private readonly waiting = new Set<Resume>();
  private dialog: HTMLElement | null = null;

  constructor(private dialogEnabled: boolean) {}

  enableDialog(enabled: boolean): void {
    this.dialogEnabled = enabled;
  }

  /** The browser refused to play; `resume` tries again. */
  blocked(resume: Resume): void {
    this.waiting.add(resume);
    if (this.dialogEnabled) this.ask();
  }

  /** It plays, or is not needed any more. */
  forget(resume: Resume): void {
    this.waiting.delete(resume);
    if (this.waiting.size === 0) this.close();
  }

  close(): void {
    this.dialog?.remove();
    this.dialog = null;
  }

  private resumeAll(): void {
    this.close();
    for (const resume of [...this.waiting]) {
      resume().catch((error) => log.warn('still not allowed to play:', error));
    }
  }

  private ask(): void {
    if (this.dialog) return;
    const dialog = document.createElement('div');
    dialog.className = 'plaza-autoplay';
    dialog.setAttribute('role', 'dialog');
    dialog.setAttribute('aria-label', 'Sound is off');
    dialog.style.cssText =
      'position:fixed;left:50%;bottom:24px;transform:translateX(-50%);z-index:2147483647;display:flex;gap:16px;' +
      'align-items:center;padding:12px 12px 12px 20px;border-radius:12px;background:#1d2129;color:#fff;' +
      'font:15px/1.4 system-ui,sans-serif;box-shadow:0 8px 32px rgb(0 0 0/.4)';
    const text = document.createElement('span');
    text.textContent = 'Your browser has stopped the sound of this call.';
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = 'Turn on sound';
    button.style.cssText =
      'border:0;border-radius:8px;padding:8px 16px;background:#3370ff;color:#fff;font:inherit;cursor:pointer';
    button.onclick = () => this.resumeAll();
    dialog.append(text, button);
    document.body.append(dialog);
    this.dialog = dialog;
    button.focus();
  }
}
