// Serves an application's own files, from another origin than Plaza's.
import { createServer } from 'node:http';
import { extname } from 'node:path';

const TYPES = { '.js': 'text/javascript', '.css': 'text/css' };

export class PageServer {
  /** `files`: text by path. What does not end with .js or .css is a page. */
  static async start(files) {
    const server = new PageServer();
    server.http = createServer((request, response) => {
      const { pathname } = new URL(request.url, 'http://page');
      const text = files[pathname];
      const type = TYPES[extname(pathname)] ?? 'text/html';
      response.writeHead(text === undefined ? 404 : 200, { 'Content-Type': `${type}; charset=utf-8` });
      response.end(text);
    });
    await new Promise((resolve) => server.http.listen(0, '127.0.0.1', resolve));
    server.url = `http://127.0.0.1:${server.http.address().port}`;
    return server;
  }

  close() {
    this.http.closeAllConnections();
    return new Promise((resolve) => this.http.close(resolve));
  }
}
