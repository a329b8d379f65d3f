# Lockstep as an image: Node, git and ssh on Alpine; nobody's user, and nothing is written but /data and /tmp.
FROM node:24-alpine AS build
RUN apk add --no-cache git
WORKDIR /src
COPY . .
RUN npm ci --no-audit --no-fund && npm pack --silent --pack-destination /tmp
WORKDIR /app
RUN npm install --omit=dev --no-audit --no-fund --no-package-lock --prefix /app /tmp/lockstep-*.tgz

FROM node:24-alpine
RUN apk add --no-cache git openssh-client ca-certificates \
 && rm -rf /usr/local/lib/node_modules /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/yarn* /opt/yarn*
COPY --from=build /app/node_modules /app/node_modules
RUN ln -s /app/node_modules/.bin/lockstep /usr/local/bin/lockstep && mkdir /data && chown 65532:65532 /data
USER 65532:65532
VOLUME /data
ENV LOCKSTEP_DATA=/data NODE_ENV=production HOME=/tmp
ENTRYPOINT ["lockstep"]
CMD ["up", "--in-cluster"]
