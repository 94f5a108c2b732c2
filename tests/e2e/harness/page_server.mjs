// Serves an application's own pages, from another origin than Plaza's.
import { createServer } from 'node:http';

export class PageServer {
  /** `pages`: HTML by path. */
  static async start(pages) {
    const server = new PageServer();
    server.http = createServer((request, response) => {
      const html = pages[request.url];
      response.writeHead(html ? 200 : 404, { 'Content-Type': 'text/html; charset=utf-8' });
      response.end(html);
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
