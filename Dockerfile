# Lockstep as an image: Node, git and ssh; non-root, read-only root file system (data in /data).
FROM node:24-bookworm-slim AS build
WORKDIR /src
COPY package.json package-lock.json ./
COPY scripts ./scripts
COPY tsconfig*.json ./
COPY src ./src
RUN npm ci --no-audit --no-fund && npm pack --silent --pack-destination /tmp

FROM node:24-bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends git openssh-client ca-certificates && rm -rf /var/lib/apt/lists/*
COPY --from=build /tmp/lockstep-*.tgz /tmp/
RUN npm install --global --omit=dev --no-audit --no-fund /tmp/lockstep-*.tgz && rm /tmp/lockstep-*.tgz
USER 65532:65532
VOLUME /data
ENV LOCKSTEP_DATA=/data NODE_ENV=production
ENTRYPOINT ["lockstep"]
CMD ["up", "--in-cluster"]
