/**
 * Protobuf messages of the kinds clients send in that form. A line: definition name, then fields as `number[r|m][>]:name:type` (r repeated, m map from
 * string, > inlined in JSON); a type is a scalar letter (s string, i int32, l int64, b bool, B bytes, d double) or the number of a line.
 * Source of the facts: generated.proto of k8s.io/api and k8s.io/apimachinery, Kubernetes 1.33.
 */
export const protobufMessages = `
io.k8s.api.admissionregistration.v1.AuditAnnotation 1:key:s 2:valueExpression:s
io.k8s.api.admissionregistration.v1.ExpressionWarning 2:fieldRef:s 3:warning:s
io.k8s.api.admissionregistration.v1.MatchCondition 1:name:s 2:expression:s
io.k8s.api.admissionregistration.v1.MatchResources 1:namespaceSelector:403 2:objectSelector:403 3r:resourceRules:6 4r:excludeResourceRules:6 7:matchPolicy:s
io.k8s.api.admissionregistration.v1.MutatingWebhook 1:name:s 2:clientConfig:22 3r:rules:10 4:failurePolicy:s 9:matchPolicy:s 5:namespaceSelector:403 11:objectSelector:403 6:sideEffects:s 7:timeoutSeconds:i 8r:admissionReviewVersions:s 10:reinvocationPolicy:s 12r:matchConditions:2
io.k8s.api.admissionregistration.v1.MutatingWebhookConfiguration 1:metadata:408 2r:Webhooks:4
io.k8s.api.admissionregistration.v1.NamedRuleWithOperations 1r:resourceNames:s 2>:ruleWithOperations:10
io.k8s.api.admissionregistration.v1.ParamKind 1:apiVersion:s 2:kind:s
io.k8s.api.admissionregistration.v1.ParamRef 1:name:s 2:namespace:s 3:selector:403 4:parameterNotFoundAction:s
io.k8s.api.admissionregistration.v1.Rule 1r:apiGroups:s 2r:apiVersions:s 3r:resources:s 4:scope:s
io.k8s.api.admissionregistration.v1.RuleWithOperations 1r:operations:s 2>:rule:9
io.k8s.api.admissionregistration.v1.ServiceReference 1:namespace:s 2:name:s 3:path:s 4:port:i
io.k8s.api.admissionregistration.v1.TypeChecking 1r:expressionWarnings:1
io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicy 1:metadata:408 2:spec:16 3:status:17
io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicyBinding 1:metadata:408 2:spec:15
io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicyBindingSpec 1:policyName:s 2:paramRef:8 3:matchResources:3 4r:validationActions:s
io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicySpec 1:paramKind:7 2:matchConstraints:3 3r:validations:20 4:failurePolicy:s 5r:auditAnnotations:0 6r:matchConditions:2 7r:variables:21
io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicyStatus 1:observedGeneration:l 2:typeChecking:12 3r:conditions:399
io.k8s.api.admissionregistration.v1.ValidatingWebhook 1:name:s 2:clientConfig:22 3r:rules:10 4:failurePolicy:s 9:matchPolicy:s 5:namespaceSelector:403 10:objectSelector:403 6:sideEffects:s 7:timeoutSeconds:i 8r:admissionReviewVersions:s 11r:matchConditions:2
io.k8s.api.admissionregistration.v1.ValidatingWebhookConfiguration 1:metadata:408 2r:Webhooks:18
io.k8s.api.admissionregistration.v1.Validation 1:Expression:s 2:message:s 3:reason:s 4:messageExpression:s
io.k8s.api.admissionregistration.v1.Variable 1:Name:s 2:Expression:s
io.k8s.api.admissionregistration.v1.WebhookClientConfig 3:url:s 1:service:11 2:caBundle:B
io.k8s.api.apps.v1.ControllerRevision 1:metadata:408 2:data:412 3:revision:l
io.k8s.api.apps.v1.DaemonSet 1:metadata:408 2:spec:26 3:status:27
io.k8s.api.apps.v1.DaemonSetCondition 1:type:s 2:status:s 3:lastTransitionTime:411 4:reason:s 5:message:s
io.k8s.api.apps.v1.DaemonSetSpec 1:selector:403 2:template:263 3:updateStrategy:28 4:minReadySeconds:i 6:revisionHistoryLimit:i
io.k8s.api.apps.v1.DaemonSetStatus 1:currentNumberScheduled:i 2:numberMisscheduled:i 3:desiredNumberScheduled:i 4:numberReady:i 5:observedGeneration:l 6:updatedNumberScheduled:i 7:numberAvailable:i 8:numberUnavailable:i 9:collisionCount:i 10r:conditions:25
io.k8s.api.apps.v1.DaemonSetUpdateStrategy 1:type:s 2:rollingUpdate:38
io.k8s.api.apps.v1.Deployment 1:metadata:408 2:spec:31 3:status:32
io.k8s.api.apps.v1.DeploymentCondition 1:type:s 2:status:s 6:lastUpdateTime:411 7:lastTransitionTime:411 4:reason:s 5:message:s
io.k8s.api.apps.v1.DeploymentSpec 1:replicas:i 2:selector:403 3:template:263 4:strategy:33 5:minReadySeconds:i 6:revisionHistoryLimit:i 7:paused:b 9:progressDeadlineSeconds:i
io.k8s.api.apps.v1.DeploymentStatus 1:observedGeneration:l 2:replicas:i 3:updatedReplicas:i 7:readyReplicas:i 4:availableReplicas:i 5:unavailableReplicas:i 9:terminatingReplicas:i 6r:conditions:30 8:collisionCount:i
io.k8s.api.apps.v1.DeploymentStrategy 1:type:s 2:rollingUpdate:39
io.k8s.api.apps.v1.ReplicaSet 1:metadata:408 2:spec:36 3:status:37
io.k8s.api.apps.v1.ReplicaSetCondition 1:type:s 2:status:s 3:lastTransitionTime:411 4:reason:s 5:message:s
io.k8s.api.apps.v1.ReplicaSetSpec 1:replicas:i 4:minReadySeconds:i 2:selector:403 3:template:263
io.k8s.api.apps.v1.ReplicaSetStatus 1:replicas:i 2:fullyLabeledReplicas:i 4:readyReplicas:i 5:availableReplicas:i 7:terminatingReplicas:i 3:observedGeneration:l 6r:conditions:35
io.k8s.api.apps.v1.RollingUpdateDaemonSet 1:maxUnavailable:413 2:maxSurge:413
io.k8s.api.apps.v1.RollingUpdateDeployment 1:maxUnavailable:413 2:maxSurge:413
io.k8s.api.apps.v1.RollingUpdateStatefulSetStrategy 1:partition:i 2:maxUnavailable:413
io.k8s.api.apps.v1.StatefulSet 1:metadata:408 2:spec:45 3:status:46
io.k8s.api.apps.v1.StatefulSetCondition 1:type:s 2:status:s 3:lastTransitionTime:411 4:reason:s 5:message:s
io.k8s.api.apps.v1.StatefulSetOrdinals 1:start:i
io.k8s.api.apps.v1.StatefulSetPersistentVolumeClaimRetentionPolicy 1:whenDeleted:s 2:whenScaled:s
io.k8s.api.apps.v1.StatefulSetSpec 1:replicas:i 2:selector:403 3:template:263 4r:volumeClaimTemplates:235 5:serviceName:s 6:podManagementPolicy:s 7:updateStrategy:47 8:revisionHistoryLimit:i 9:minReadySeconds:i 10:persistentVolumeClaimRetentionPolicy:44 11:ordinals:43
io.k8s.api.apps.v1.StatefulSetStatus 1:observedGeneration:l 2:replicas:i 3:readyReplicas:i 4:currentReplicas:i 5:updatedReplicas:i 6:currentRevision:s 7:updateRevision:s 9:collisionCount:i 10r:conditions:42 11:availableReplicas:i
io.k8s.api.apps.v1.StatefulSetUpdateStrategy 1:type:s 2:rollingUpdate:40
io.k8s.api.authentication.v1.BoundObjectReference 1:kind:s 2:apiVersion:s 3:name:s 4:uid:s
io.k8s.api.authentication.v1.ExtraValue 1r:items:s
io.k8s.api.authentication.v1.SelfSubjectReview 1:metadata:408 2:status:51
io.k8s.api.authentication.v1.SelfSubjectReviewStatus 1:userInfo:58
io.k8s.api.authentication.v1.TokenRequest 1:metadata:408 2:spec:53 3:status:54
io.k8s.api.authentication.v1.TokenRequestSpec 1r:audiences:s 4:expirationSeconds:l 3:boundObjectRef:48
io.k8s.api.authentication.v1.TokenRequestStatus 1:token:s 2:expirationTimestamp:411
io.k8s.api.authentication.v1.TokenReview 1:metadata:408 2:spec:56 3:status:57
io.k8s.api.authentication.v1.TokenReviewSpec 1:token:s 2r:audiences:s
io.k8s.api.authentication.v1.TokenReviewStatus 1:authenticated:b 2:user:58 4r:audiences:s 3:error:s
io.k8s.api.authentication.v1.UserInfo 1:username:s 2:uid:s 3r:groups:s 4m:extra:49
io.k8s.api.authorization.v1.ExtraValue 1r:items:s
io.k8s.api.authorization.v1.FieldSelectorAttributes 1:rawSelector:s 2r:requirements:401
io.k8s.api.authorization.v1.LabelSelectorAttributes 1:rawSelector:s 2r:requirements:404
io.k8s.api.authorization.v1.LocalSubjectAccessReview 1:metadata:408 2:spec:72 3:status:73
io.k8s.api.authorization.v1.NonResourceAttributes 1:path:s 2:verb:s
io.k8s.api.authorization.v1.NonResourceRule 1r:verbs:s 2r:nonResourceURLs:s
io.k8s.api.authorization.v1.ResourceAttributes 1:namespace:s 2:verb:s 3:group:s 4:version:s 5:resource:s 6:subresource:s 7:name:s 8:fieldSelector:60 9:labelSelector:61
io.k8s.api.authorization.v1.ResourceRule 1r:verbs:s 2r:apiGroups:s 3r:resources:s 4r:resourceNames:s
io.k8s.api.authorization.v1.SelfSubjectAccessReview 1:metadata:408 2:spec:68 3:status:73
io.k8s.api.authorization.v1.SelfSubjectAccessReviewSpec 1:resourceAttributes:65 2:nonResourceAttributes:63
io.k8s.api.authorization.v1.SelfSubjectRulesReview 1:metadata:408 2:spec:70 3:status:74
io.k8s.api.authorization.v1.SelfSubjectRulesReviewSpec 1:namespace:s
io.k8s.api.authorization.v1.SubjectAccessReview 1:metadata:408 2:spec:72 3:status:73
io.k8s.api.authorization.v1.SubjectAccessReviewSpec 1:resourceAttributes:65 2:nonResourceAttributes:63 3:user:s 4r:groups:s 5m:extra:59 6:uid:s
io.k8s.api.authorization.v1.SubjectAccessReviewStatus 1:allowed:b 4:denied:b 2:reason:s 3:evaluationError:s
io.k8s.api.authorization.v1.SubjectRulesReviewStatus 1r:resourceRules:66 2r:nonResourceRules:64 3:incomplete:b 4:evaluationError:s
io.k8s.api.autoscaling.v1.CrossVersionObjectReference 1:kind:s 2:name:s 3:apiVersion:s
io.k8s.api.autoscaling.v1.HorizontalPodAutoscaler 1:metadata:408 2:spec:77 3:status:78
io.k8s.api.autoscaling.v1.HorizontalPodAutoscalerSpec 1:scaleTargetRef:75 2:minReplicas:i 3:maxReplicas:i 4:targetCPUUtilizationPercentage:i
io.k8s.api.autoscaling.v1.HorizontalPodAutoscalerStatus 1:observedGeneration:l 2:lastScaleTime:411 3:currentReplicas:i 4:desiredReplicas:i 5:currentCPUUtilizationPercentage:i
io.k8s.api.autoscaling.v1.Scale 1:metadata:408 2:spec:80 3:status:81
io.k8s.api.autoscaling.v1.ScaleSpec 1:replicas:i
io.k8s.api.autoscaling.v1.ScaleStatus 1:replicas:i 2:selector:s
io.k8s.api.autoscaling.v2.ContainerResourceMetricSource 1:name:s 2:target:97 3:container:s
io.k8s.api.autoscaling.v2.ContainerResourceMetricStatus 1:name:s 2:current:98 3:container:s
io.k8s.api.autoscaling.v2.CrossVersionObjectReference 1:kind:s 2:name:s 3:apiVersion:s
io.k8s.api.autoscaling.v2.ExternalMetricSource 1:metric:94 2:target:97
io.k8s.api.autoscaling.v2.ExternalMetricStatus 1:metric:94 2:current:98
io.k8s.api.autoscaling.v2.HPAScalingPolicy 1:type:s 2:value:i 3:periodSeconds:i
io.k8s.api.autoscaling.v2.HPAScalingRules 3:stabilizationWindowSeconds:i 1:selectPolicy:s 2r:policies:87 4:tolerance:398
io.k8s.api.autoscaling.v2.HorizontalPodAutoscaler 1:metadata:408 2:spec:92 3:status:93
io.k8s.api.autoscaling.v2.HorizontalPodAutoscalerBehavior 1:scaleUp:88 2:scaleDown:88
io.k8s.api.autoscaling.v2.HorizontalPodAutoscalerCondition 1:type:s 2:status:s 3:lastTransitionTime:411 4:reason:s 5:message:s
io.k8s.api.autoscaling.v2.HorizontalPodAutoscalerSpec 1:scaleTargetRef:84 2:minReplicas:i 3:maxReplicas:i 4r:metrics:95 5:behavior:90
io.k8s.api.autoscaling.v2.HorizontalPodAutoscalerStatus 1:observedGeneration:l 2:lastScaleTime:411 3:currentReplicas:i 4:desiredReplicas:i 5r:currentMetrics:96 6r:conditions:91
io.k8s.api.autoscaling.v2.MetricIdentifier 1:name:s 2:selector:403
io.k8s.api.autoscaling.v2.MetricSpec 1:type:s 2:object:99 3:pods:101 4:resource:103 7:containerResource:82 5:external:85
io.k8s.api.autoscaling.v2.MetricStatus 1:type:s 2:object:100 3:pods:102 4:resource:104 7:containerResource:83 5:external:86
io.k8s.api.autoscaling.v2.MetricTarget 1:type:s 2:value:398 3:averageValue:398 4:averageUtilization:i
io.k8s.api.autoscaling.v2.MetricValueStatus 1:value:398 2:averageValue:398 3:averageUtilization:i
io.k8s.api.autoscaling.v2.ObjectMetricSource 1:describedObject:84 2:target:97 3:metric:94
io.k8s.api.autoscaling.v2.ObjectMetricStatus 1:metric:94 2:current:98 3:describedObject:84
io.k8s.api.autoscaling.v2.PodsMetricSource 1:metric:94 2:target:97
io.k8s.api.autoscaling.v2.PodsMetricStatus 1:metric:94 2:current:98
io.k8s.api.autoscaling.v2.ResourceMetricSource 1:name:s 2:target:97
io.k8s.api.autoscaling.v2.ResourceMetricStatus 1:name:s 2:current:98
io.k8s.api.batch.v1.CronJob 1:metadata:408 2:spec:106 3:status:107
io.k8s.api.batch.v1.CronJobSpec 1:schedule:s 8:timeZone:s 2:startingDeadlineSeconds:l 3:concurrencyPolicy:s 4:suspend:b 5:jobTemplate:112 6:successfulJobsHistoryLimit:i 7:failedJobsHistoryLimit:i
io.k8s.api.batch.v1.CronJobStatus 1r:active:233 4:lastScheduleTime:411 5:lastSuccessfulTime:411
io.k8s.api.batch.v1.Job 1:metadata:408 2:spec:110 3:status:111
io.k8s.api.batch.v1.JobCondition 1:type:s 2:status:s 3:lastProbeTime:411 4:lastTransitionTime:411 5:reason:s 6:message:s
io.k8s.api.batch.v1.JobSpec 1:parallelism:i 2:completions:i 3:activeDeadlineSeconds:l 11:podFailurePolicy:113 16:successPolicy:117 7:backoffLimit:i 12:backoffLimitPerIndex:i 13:maxFailedIndexes:i 4:selector:403 5:manualSelector:b 6:template:263 8:ttlSecondsAfterFinished:i 9:completionMode:s 10:suspend:b 14:podReplacementPolicy:s 15:managedBy:s
io.k8s.api.batch.v1.JobStatus 1r:conditions:109 2:startTime:411 3:completionTime:411 4:active:i 5:succeeded:i 6:failed:i 11:terminating:i 7:completedIndexes:s 10:failedIndexes:s 8:uncountedTerminatedPods:119 9:ready:i
io.k8s.api.batch.v1.JobTemplateSpec 1:metadata:408 2:spec:110
io.k8s.api.batch.v1.PodFailurePolicy 1r:rules:116
io.k8s.api.batch.v1.PodFailurePolicyOnExitCodesRequirement 1:containerName:s 2:operator:s 3r:values:i
io.k8s.api.batch.v1.PodFailurePolicyOnPodConditionsPattern 1:type:s 2:status:s
io.k8s.api.batch.v1.PodFailurePolicyRule 1:action:s 2:onExitCodes:114 3r:onPodConditions:115
io.k8s.api.batch.v1.SuccessPolicy 1r:rules:118
io.k8s.api.batch.v1.SuccessPolicyRule 1:succeededIndexes:s 2:succeededCount:i
io.k8s.api.batch.v1.UncountedTerminatedPods 1r:succeeded:s 2r:failed:s
io.k8s.api.certificates.v1.CertificateSigningRequest 1:metadata:408 2:spec:122 3:status:123
io.k8s.api.certificates.v1.CertificateSigningRequestCondition 1:type:s 6:status:s 2:reason:s 3:message:s 4:lastUpdateTime:411 5:lastTransitionTime:411
io.k8s.api.certificates.v1.CertificateSigningRequestSpec 1:request:B 7:signerName:s 8:expirationSeconds:i 5r:usages:s 2:username:s 3:uid:s 4r:groups:s 6m:extra:124
io.k8s.api.certificates.v1.CertificateSigningRequestStatus 1r:conditions:121 2:certificate:B
io.k8s.api.certificates.v1.ExtraValue 1r:items:s
io.k8s.api.coordination.v1.Lease 1:metadata:408 2:spec:126
io.k8s.api.coordination.v1.LeaseSpec 1:holderIdentity:s 2:leaseDurationSeconds:i 3:acquireTime:407 4:renewTime:407 5:leaseTransitions:i 6:strategy:s 7:preferredHolder:s
io.k8s.api.core.v1.AWSElasticBlockStoreVolumeSource 1:volumeID:s 2:fsType:s 3:partition:i 4:readOnly:b
io.k8s.api.core.v1.Affinity 1:nodeAffinity:217 2:podAffinity:246 3:podAntiAffinity:248
io.k8s.api.core.v1.AppArmorProfile 1:type:s 2:localhostProfile:s
io.k8s.api.core.v1.AttachedVolume 1:name:s 2:devicePath:s
io.k8s.api.core.v1.AzureDiskVolumeSource 1:diskName:s 2:diskURI:s 3:cachingMode:s 4:fsType:s 5:readOnly:b 6:kind:s
io.k8s.api.core.v1.AzureFilePersistentVolumeSource 1:secretName:s 2:shareName:s 3:readOnly:b 4:secretNamespace:s
io.k8s.api.core.v1.AzureFileVolumeSource 1:secretName:s 2:shareName:s 3:readOnly:b
io.k8s.api.core.v1.Binding 1:metadata:408 2:target:233
io.k8s.api.core.v1.CSIPersistentVolumeSource 1:driver:s 2:volumeHandle:s 3:readOnly:b 4:fsType:s 5m:volumeAttributes:s 6:controllerPublishSecretRef:296 7:nodeStageSecretRef:296 8:nodePublishSecretRef:296 9:controllerExpandSecretRef:296 10:nodeExpandSecretRef:296
io.k8s.api.core.v1.CSIVolumeSource 1:driver:s 2:readOnly:b 3:fsType:s 4m:volumeAttributes:s 5:nodePublishSecretRef:207
io.k8s.api.core.v1.Capabilities 1r:add:s 2r:drop:s
io.k8s.api.core.v1.CephFSPersistentVolumeSource 1r:monitors:s 2:path:s 3:user:s 4:secretFile:s 5:secretRef:296 6:readOnly:b
io.k8s.api.core.v1.CephFSVolumeSource 1r:monitors:s 2:path:s 3:user:s 4:secretFile:s 5:secretRef:207 6:readOnly:b
io.k8s.api.core.v1.CinderPersistentVolumeSource 1:volumeID:s 2:fsType:s 3:readOnly:b 4:secretRef:296
io.k8s.api.core.v1.CinderVolumeSource 1:volumeID:s 2:fsType:s 3:readOnly:b 4:secretRef:207
io.k8s.api.core.v1.ClientIPConfig 1:timeoutSeconds:i
io.k8s.api.core.v1.ClusterTrustBundleProjection 1:name:s 2:signerName:s 3:labelSelector:403 5:optional:b 4:path:s
io.k8s.api.core.v1.ComponentCondition 1:type:s 2:status:s 3:message:s 4:error:s
io.k8s.api.core.v1.ComponentStatus 1:metadata:408 2r:conditions:144
io.k8s.api.core.v1.ConfigMap 1:metadata:408 4:immutable:b 2m:data:s 3m:binaryData:B
io.k8s.api.core.v1.ConfigMapEnvSource 1>:localObjectReference:207 2:optional:b
io.k8s.api.core.v1.ConfigMapKeySelector 1>:localObjectReference:207 2:key:s 3:optional:b
io.k8s.api.core.v1.ConfigMapNodeConfigSource 1:namespace:s 2:name:s 3:uid:s 4:resourceVersion:s 5:kubeletConfigKey:s
io.k8s.api.core.v1.ConfigMapProjection 1>:localObjectReference:207 2r:items:198 4:optional:b
io.k8s.api.core.v1.ConfigMapVolumeSource 1>:localObjectReference:207 2r:items:198 3:defaultMode:i 4:optional:b
io.k8s.api.core.v1.Container 1:name:s 2:image:s 3r:command:s 4r:args:s 5:workingDir:s 6r:ports:154 19r:envFrom:171 7r:env:172 8:resources:284 23r:resizePolicy:155 24:restartPolicy:s 9r:volumeMounts:320 21r:volumeDevices:319 10:livenessProbe:267 11:readinessProbe:267 22:startupProbe:267 12:lifecycle:199 13:terminationMessagePath:s 20:terminationMessagePolicy:s 14:imagePullPolicy:s 15:securityContext:298 16:stdin:b 17:stdinOnce:b 18:tty:b
io.k8s.api.core.v1.ContainerImage 1r:names:s 2:sizeBytes:l
io.k8s.api.core.v1.ContainerPort 1:name:s 2:hostPort:i 3:containerPort:i 4:protocol:s 5:hostIP:s
io.k8s.api.core.v1.ContainerResizePolicy 1:resourceName:s 2:restartPolicy:s
io.k8s.api.core.v1.ContainerState 1:waiting:159 2:running:157 3:terminated:158
io.k8s.api.core.v1.ContainerStateRunning 1:startedAt:411
io.k8s.api.core.v1.ContainerStateTerminated 1:exitCode:i 2:signal:i 3:reason:s 4:message:s 5:startedAt:411 6:finishedAt:411 7:containerID:s
io.k8s.api.core.v1.ContainerStateWaiting 1:reason:s 2:message:s
io.k8s.api.core.v1.ContainerStatus 1:name:s 2:state:156 3:lastState:156 4:ready:b 5:restartCount:i 6:image:s 7:imageID:s 8:containerID:s 9:started:b 10m:allocatedResources:398 11:resources:284 12r:volumeMounts:321 13:user:161 14r:allocatedResourcesStatus:285 15:stopSignal:s
io.k8s.api.core.v1.ContainerUser 1:linux:204
io.k8s.api.core.v1.DaemonEndpoint 1:Port:i
io.k8s.api.core.v1.DownwardAPIProjection 1r:items:164
io.k8s.api.core.v1.DownwardAPIVolumeFile 1:path:s 2:fieldRef:232 3:resourceFieldRef:279 4:mode:i
io.k8s.api.core.v1.DownwardAPIVolumeSource 1r:items:164 2:defaultMode:i
io.k8s.api.core.v1.EmptyDirVolumeSource 1:medium:s 2:sizeLimit:398
io.k8s.api.core.v1.EndpointAddress 1:ip:s 3:hostname:s 4:nodeName:s 2:targetRef:233
io.k8s.api.core.v1.EndpointPort 1:name:s 2:port:i 3:protocol:s 4:appProtocol:s
io.k8s.api.core.v1.EndpointSubset 1r:addresses:167 2r:notReadyAddresses:167 3r:ports:168
io.k8s.api.core.v1.Endpoints 1:metadata:408 2r:subsets:169
io.k8s.api.core.v1.EnvFromSource 1:prefix:s 2:configMapRef:147 3:secretRef:293
io.k8s.api.core.v1.EnvVar 1:name:s 2:value:s 3:valueFrom:173
io.k8s.api.core.v1.EnvVarSource 1:fieldRef:232 2:resourceFieldRef:279 3:configMapKeyRef:148 4:secretKeyRef:294
io.k8s.api.core.v1.EphemeralContainer 1>:ephemeralContainerCommon:175 2:targetContainerName:s
io.k8s.api.core.v1.EphemeralContainerCommon 1:name:s 2:image:s 3r:command:s 4r:args:s 5:workingDir:s 6r:ports:154 19r:envFrom:171 7r:env:172 8:resources:284 23r:resizePolicy:155 24:restartPolicy:s 9r:volumeMounts:320 21r:volumeDevices:319 10:livenessProbe:267 11:readinessProbe:267 22:startupProbe:267 12:lifecycle:199 13:terminationMessagePath:s 20:terminationMessagePolicy:s 14:imagePullPolicy:s 15:securityContext:298 16:stdin:b 17:stdinOnce:b 18:tty:b
io.k8s.api.core.v1.EphemeralVolumeSource 1:volumeClaimTemplate:239
io.k8s.api.core.v1.Event 1:metadata:408 2:involvedObject:233 3:reason:s 4:message:s 5:source:179 6:firstTimestamp:411 7:lastTimestamp:411 8:count:i 9:type:s 10:eventTime:407 11:series:178 12:action:s 13:related:233 14:reportingComponent:s 15:reportingInstance:s
io.k8s.api.core.v1.EventSeries 1:count:i 2:lastObservedTime:407
io.k8s.api.core.v1.EventSource 1:component:s 2:host:s
io.k8s.api.core.v1.ExecAction 1r:command:s
io.k8s.api.core.v1.FCVolumeSource 1r:targetWWNs:s 2:lun:i 3:fsType:s 4:readOnly:b 5r:wwids:s
io.k8s.api.core.v1.FlexPersistentVolumeSource 1:driver:s 2:fsType:s 3:secretRef:296 4:readOnly:b 5m:options:s
io.k8s.api.core.v1.FlexVolumeSource 1:driver:s 2:fsType:s 3:secretRef:207 4:readOnly:b 5m:options:s
io.k8s.api.core.v1.FlockerVolumeSource 1:datasetName:s 2:datasetUUID:s
io.k8s.api.core.v1.GCEPersistentDiskVolumeSource 1:pdName:s 2:fsType:s 3:partition:i 4:readOnly:b
io.k8s.api.core.v1.GRPCAction 1:port:i 2:service:s
io.k8s.api.core.v1.GitRepoVolumeSource 1:repository:s 2:revision:s 3:directory:s
io.k8s.api.core.v1.GlusterfsPersistentVolumeSource 1:endpoints:s 2:path:s 3:readOnly:b 4:endpointsNamespace:s
io.k8s.api.core.v1.GlusterfsVolumeSource 1:endpoints:s 2:path:s 3:readOnly:b
io.k8s.api.core.v1.HTTPGetAction 1:path:s 2:port:413 3:host:s 4:scheme:s 5r:httpHeaders:191
io.k8s.api.core.v1.HTTPHeader 1:name:s 2:value:s
io.k8s.api.core.v1.HostAlias 1:ip:s 2r:hostnames:s
io.k8s.api.core.v1.HostIP 1:ip:s
io.k8s.api.core.v1.HostPathVolumeSource 1:path:s 2:type:s
io.k8s.api.core.v1.ISCSIPersistentVolumeSource 1:targetPortal:s 2:iqn:s 3:lun:i 4:iscsiInterface:s 5:fsType:s 6:readOnly:b 7r:portals:s 8:chapAuthDiscovery:b 11:chapAuthSession:b 10:secretRef:296 12:initiatorName:s
io.k8s.api.core.v1.ISCSIVolumeSource 1:targetPortal:s 2:iqn:s 3:lun:i 4:iscsiInterface:s 5:fsType:s 6:readOnly:b 7r:portals:s 8:chapAuthDiscovery:b 11:chapAuthSession:b 10:secretRef:207 12:initiatorName:s
io.k8s.api.core.v1.ImageVolumeSource 1:reference:s 2:pullPolicy:s
io.k8s.api.core.v1.KeyToPath 1:key:s 2:path:s 3:mode:i
io.k8s.api.core.v1.Lifecycle 1:postStart:200 2:preStop:200 3:stopSignal:s
io.k8s.api.core.v1.LifecycleHandler 1:exec:180 2:httpGet:190 3:tcpSocket:310 4:sleep:306
io.k8s.api.core.v1.LimitRange 1:metadata:408 2:spec:203
io.k8s.api.core.v1.LimitRangeItem 1:type:s 2m:max:398 3m:min:398 4m:default:398 5m:defaultRequest:398 6m:maxLimitRequestRatio:398
io.k8s.api.core.v1.LimitRangeSpec 1r:limits:202
io.k8s.api.core.v1.LinuxContainerUser 1:uid:l 2:gid:l 3r:supplementalGroups:l
io.k8s.api.core.v1.LoadBalancerIngress 1:ip:s 2:hostname:s 3:ipMode:s 4r:ports:264
io.k8s.api.core.v1.LoadBalancerStatus 1r:ingress:205
io.k8s.api.core.v1.LocalObjectReference 1:name:s
io.k8s.api.core.v1.LocalVolumeSource 1:path:s 2:fsType:s
io.k8s.api.core.v1.ModifyVolumeStatus 1:targetVolumeAttributesClassName:s 2:status:s
io.k8s.api.core.v1.NFSVolumeSource 1:server:s 2:path:s 3:readOnly:b
io.k8s.api.core.v1.Namespace 1:metadata:408 2:spec:213 3:status:214
io.k8s.api.core.v1.NamespaceCondition 1:type:s 2:status:s 4:lastTransitionTime:411 5:reason:s 6:message:s
io.k8s.api.core.v1.NamespaceSpec 1r:finalizers:s
io.k8s.api.core.v1.NamespaceStatus 1:phase:s 2r:conditions:212
io.k8s.api.core.v1.Node 1:metadata:408 2:spec:228 3:status:229
io.k8s.api.core.v1.NodeAddress 1:type:s 2:address:s
io.k8s.api.core.v1.NodeAffinity 1:requiredDuringSchedulingIgnoredDuringExecution:225 2r:preferredDuringSchedulingIgnoredDuringExecution:266
io.k8s.api.core.v1.NodeCondition 1:type:s 2:status:s 3:lastHeartbeatTime:411 4:lastTransitionTime:411 5:reason:s 6:message:s
io.k8s.api.core.v1.NodeConfigSource 2:configMap:149
io.k8s.api.core.v1.NodeConfigStatus 1:assigned:219 2:active:219 3:lastKnownGood:219 4:error:s
io.k8s.api.core.v1.NodeDaemonEndpoints 1:kubeletEndpoint:162
io.k8s.api.core.v1.NodeFeatures 1:supplementalGroupsPolicy:b
io.k8s.api.core.v1.NodeRuntimeHandler 1:name:s 2:features:224
io.k8s.api.core.v1.NodeRuntimeHandlerFeatures 1:recursiveReadOnlyMounts:b 2:userNamespaces:b
io.k8s.api.core.v1.NodeSelector 1r:nodeSelectorTerms:227
io.k8s.api.core.v1.NodeSelectorRequirement 1:key:s 2:operator:s 3r:values:s
io.k8s.api.core.v1.NodeSelectorTerm 1r:matchExpressions:226 2r:matchFields:226
io.k8s.api.core.v1.NodeSpec 1:podCIDR:s 7r:podCIDRs:s 3:providerID:s 4:unschedulable:b 5r:taints:311 6:configSource:219 2:externalID:s
io.k8s.api.core.v1.NodeStatus 1m:capacity:398 2m:allocatable:398 3:phase:s 4r:conditions:218 5r:addresses:216 6:daemonEndpoints:221 7:nodeInfo:231 8r:images:153 9r:volumesInUse:s 10r:volumesAttached:130 11:config:220 12r:runtimeHandlers:223 13:features:222
io.k8s.api.core.v1.NodeSwapStatus 1:capacity:l
io.k8s.api.core.v1.NodeSystemInfo 1:machineID:s 2:systemUUID:s 3:bootID:s 4:kernelVersion:s 5:osImage:s 6:containerRuntimeVersion:s 7:kubeletVersion:s 8:kubeProxyVersion:s 9:operatingSystem:s 10:architecture:s 11:swap:230
io.k8s.api.core.v1.ObjectFieldSelector 1:apiVersion:s 2:fieldPath:s
io.k8s.api.core.v1.ObjectReference 1:kind:s 2:namespace:s 3:name:s 4:uid:s 5:apiVersion:s 6:resourceVersion:s 7:fieldPath:s
io.k8s.api.core.v1.PersistentVolume 1:metadata:408 2:spec:242 3:status:243
io.k8s.api.core.v1.PersistentVolumeClaim 1:metadata:408 2:spec:237 3:status:238
io.k8s.api.core.v1.PersistentVolumeClaimCondition 1:type:s 2:status:s 3:lastProbeTime:411 4:lastTransitionTime:411 5:reason:s 6:message:s
io.k8s.api.core.v1.PersistentVolumeClaimSpec 1r:accessModes:s 4:selector:403 2:resources:324 3:volumeName:s 5:storageClassName:s 6:volumeMode:s 7:dataSource:316 8:dataSourceRef:317 9:volumeAttributesClassName:s
io.k8s.api.core.v1.PersistentVolumeClaimStatus 1:phase:s 2r:accessModes:s 3m:capacity:398 4r:conditions:236 5m:allocatedResources:398 7m:allocatedResourceStatuses:s 8:currentVolumeAttributesClassName:s 9:modifyVolumeStatus:209
io.k8s.api.core.v1.PersistentVolumeClaimTemplate 1:metadata:408 2:spec:237
io.k8s.api.core.v1.PersistentVolumeClaimVolumeSource 1:claimName:s 2:readOnly:b
io.k8s.api.core.v1.PersistentVolumeSource 1:gcePersistentDisk:185 2:awsElasticBlockStore:127 3:hostPath:194 4:glusterfs:188 5:nfs:210 6:rbd:271 7:iscsi:195 8:cinder:140 9:cephfs:138 10:fc:181 11:flocker:184 12:flexVolume:182 13:azureFile:132 14:vsphereVolume:326 15:quobyte:270 16:azureDisk:131 17:photonPersistentDisk:244 18:portworxVolume:265 19:scaleIO:287 20:local:208 21:storageos:307 22:csi:135
io.k8s.api.core.v1.PersistentVolumeSpec 1m:capacity:398 2>:persistentVolumeSource:241 3r:accessModes:s 4:claimRef:233 5:persistentVolumeReclaimPolicy:s 6:storageClassName:s 7r:mountOptions:s 8:volumeMode:s 9:nodeAffinity:322 10:volumeAttributesClassName:s
io.k8s.api.core.v1.PersistentVolumeStatus 1:phase:s 2:message:s 3:reason:s 4:lastPhaseTransitionTime:411
io.k8s.api.core.v1.PhotonPersistentDiskVolumeSource 1:pdID:s 2:fsType:s
io.k8s.api.core.v1.Pod 1:metadata:408 2:spec:259 3:status:260
io.k8s.api.core.v1.PodAffinity 1r:requiredDuringSchedulingIgnoredDuringExecution:247 2r:preferredDuringSchedulingIgnoredDuringExecution:327
io.k8s.api.core.v1.PodAffinityTerm 1:labelSelector:403 2r:namespaces:s 3:topologyKey:s 4:namespaceSelector:403 5r:matchLabelKeys:s 6r:mismatchLabelKeys:s
io.k8s.api.core.v1.PodAntiAffinity 1r:requiredDuringSchedulingIgnoredDuringExecution:247 2r:preferredDuringSchedulingIgnoredDuringExecution:327
io.k8s.api.core.v1.PodCondition 1:type:s 7:observedGeneration:l 2:status:s 3:lastProbeTime:411 4:lastTransitionTime:411 5:reason:s 6:message:s
io.k8s.api.core.v1.PodDNSConfig 1r:nameservers:s 2r:searches:s 3r:options:251
io.k8s.api.core.v1.PodDNSConfigOption 1:name:s 2:value:s
io.k8s.api.core.v1.PodIP 1:ip:s
io.k8s.api.core.v1.PodOS 1:name:s
io.k8s.api.core.v1.PodReadinessGate 1:conditionType:s
io.k8s.api.core.v1.PodResourceClaim 1:name:s 3:resourceClaimName:s 4:resourceClaimTemplateName:s
io.k8s.api.core.v1.PodResourceClaimStatus 1:name:s 2:resourceClaimName:s
io.k8s.api.core.v1.PodSchedulingGate 1:name:s
io.k8s.api.core.v1.PodSecurityContext 1:seLinuxOptions:286 8:windowsOptions:328 2:runAsUser:l 6:runAsGroup:l 3:runAsNonRoot:b 4r:supplementalGroups:l 12:supplementalGroupsPolicy:s 5:fsGroup:l 7r:sysctls:309 9:fsGroupChangePolicy:s 10:seccompProfile:291 11:appArmorProfile:129 13:seLinuxChangePolicy:s
io.k8s.api.core.v1.PodSpec 1r:volumes:318 20r:initContainers:152 2r:containers:152 34r:ephemeralContainers:174 3:restartPolicy:s 4:terminationGracePeriodSeconds:l 5:activeDeadlineSeconds:l 6:dnsPolicy:s 7m:nodeSelector:s 8:serviceAccountName:s 9:serviceAccount:s 21:automountServiceAccountToken:b 10:nodeName:s 11:hostNetwork:b 12:hostPID:b 13:hostIPC:b 27:shareProcessNamespace:b 14:securityContext:258 15r:imagePullSecrets:207 16:hostname:s 17:subdomain:s 18:affinity:128 19:schedulerName:s 22r:tolerations:312 23r:hostAliases:192 24:priorityClassName:s 25:priority:i 26:dnsConfig:250 28r:readinessGates:254 29:runtimeClassName:s 30:enableServiceLinks:b 31:preemptionPolicy:s 32m:overhead:398 33r:topologySpreadConstraints:315 35:setHostnameAsFQDN:b 36:os:253 37:hostUsers:b 38r:schedulingGates:257 39r:resourceClaims:255 40:resources:284
io.k8s.api.core.v1.PodStatus 17:observedGeneration:l 1:phase:s 2r:conditions:249 3:message:s 4:reason:s 11:nominatedNodeName:s 5:hostIP:s 16r:hostIPs:193 6:podIP:s 12r:podIPs:252 7:startTime:411 10r:initContainerStatuses:160 8r:containerStatuses:160 9:qosClass:s 13r:ephemeralContainerStatuses:160 14:resize:s 15r:resourceClaimStatuses:256
io.k8s.api.core.v1.PodStatusResult 1:metadata:408 2:status:260
io.k8s.api.core.v1.PodTemplate 1:metadata:408 2:template:263
io.k8s.api.core.v1.PodTemplateSpec 1:metadata:408 2:spec:259
io.k8s.api.core.v1.PortStatus 1:port:i 2:protocol:s 3:error:s
io.k8s.api.core.v1.PortworxVolumeSource 1:volumeID:s 2:fsType:s 3:readOnly:b
io.k8s.api.core.v1.PreferredSchedulingTerm 1:weight:i 2:preference:227
io.k8s.api.core.v1.Probe 1>:handler:268 2:initialDelaySeconds:i 3:timeoutSeconds:i 4:periodSeconds:i 5:successThreshold:i 6:failureThreshold:i 7:terminationGracePeriodSeconds:l
io.k8s.api.core.v1.ProbeHandler 1:exec:180 2:httpGet:190 3:tcpSocket:310 4:grpc:186
io.k8s.api.core.v1.ProjectedVolumeSource 1r:sources:323 2:defaultMode:i
io.k8s.api.core.v1.QuobyteVolumeSource 1:registry:s 2:volume:s 3:readOnly:b 4:user:s 5:group:s 6:tenant:s
io.k8s.api.core.v1.RBDPersistentVolumeSource 1r:monitors:s 2:image:s 3:fsType:s 4:pool:s 5:user:s 6:keyring:s 7:secretRef:296 8:readOnly:b
io.k8s.api.core.v1.RBDVolumeSource 1r:monitors:s 2:image:s 3:fsType:s 4:pool:s 5:user:s 6:keyring:s 7:secretRef:207 8:readOnly:b
io.k8s.api.core.v1.RangeAllocation 1:metadata:408 2:range:s 3:data:B
io.k8s.api.core.v1.ReplicationController 1:metadata:408 2:spec:276 3:status:277
io.k8s.api.core.v1.ReplicationControllerCondition 1:type:s 2:status:s 3:lastTransitionTime:411 4:reason:s 5:message:s
io.k8s.api.core.v1.ReplicationControllerSpec 1:replicas:i 4:minReadySeconds:i 2m:selector:s 3:template:263
io.k8s.api.core.v1.ReplicationControllerStatus 1:replicas:i 2:fullyLabeledReplicas:i 4:readyReplicas:i 5:availableReplicas:i 3:observedGeneration:l 6r:conditions:275
io.k8s.api.core.v1.ResourceClaim 1:name:s 2:request:s
io.k8s.api.core.v1.ResourceFieldSelector 1:containerName:s 2:resource:s 3:divisor:398
io.k8s.api.core.v1.ResourceHealth 1:resourceID:s 2:health:s
io.k8s.api.core.v1.ResourceQuota 1:metadata:408 2:spec:282 3:status:283
io.k8s.api.core.v1.ResourceQuotaSpec 1m:hard:398 2r:scopes:s 3:scopeSelector:289
io.k8s.api.core.v1.ResourceQuotaStatus 1m:hard:398 2m:used:398
io.k8s.api.core.v1.ResourceRequirements 1m:limits:398 2m:requests:398 3r:claims:278
io.k8s.api.core.v1.ResourceStatus 1:name:s 2r:resources:280
io.k8s.api.core.v1.SELinuxOptions 1:user:s 2:role:s 3:type:s 4:level:s
io.k8s.api.core.v1.ScaleIOPersistentVolumeSource 1:gateway:s 2:system:s 3:secretRef:296 4:sslEnabled:b 5:protectionDomain:s 6:storagePool:s 7:storageMode:s 8:volumeName:s 9:fsType:s 10:readOnly:b
io.k8s.api.core.v1.ScaleIOVolumeSource 1:gateway:s 2:system:s 3:secretRef:207 4:sslEnabled:b 5:protectionDomain:s 6:storagePool:s 7:storageMode:s 8:volumeName:s 9:fsType:s 10:readOnly:b
io.k8s.api.core.v1.ScopeSelector 1r:matchExpressions:290
io.k8s.api.core.v1.ScopedResourceSelectorRequirement 1:scopeName:s 2:operator:s 3r:values:s
io.k8s.api.core.v1.SeccompProfile 1:type:s 2:localhostProfile:s
io.k8s.api.core.v1.Secret 1:metadata:408 5:immutable:b 2m:data:B 4m:stringData:s 3:type:s
io.k8s.api.core.v1.SecretEnvSource 1>:localObjectReference:207 2:optional:b
io.k8s.api.core.v1.SecretKeySelector 1>:localObjectReference:207 2:key:s 3:optional:b
io.k8s.api.core.v1.SecretProjection 1>:localObjectReference:207 2r:items:198 4:optional:b
io.k8s.api.core.v1.SecretReference 1:name:s 2:namespace:s
io.k8s.api.core.v1.SecretVolumeSource 1:secretName:s 2r:items:198 3:defaultMode:i 4:optional:b
io.k8s.api.core.v1.SecurityContext 1:capabilities:137 2:privileged:b 3:seLinuxOptions:286 10:windowsOptions:328 4:runAsUser:l 8:runAsGroup:l 5:runAsNonRoot:b 6:readOnlyRootFilesystem:b 7:allowPrivilegeEscalation:b 9:procMount:s 11:seccompProfile:291 12:appArmorProfile:129
io.k8s.api.core.v1.Service 1:metadata:408 2:spec:303 3:status:304
io.k8s.api.core.v1.ServiceAccount 1:metadata:408 2r:secrets:233 3r:imagePullSecrets:207 4:automountServiceAccountToken:b
io.k8s.api.core.v1.ServiceAccountTokenProjection 1:audience:s 2:expirationSeconds:l 3:path:s
io.k8s.api.core.v1.ServicePort 1:name:s 2:protocol:s 6:appProtocol:s 3:port:i 4:targetPort:413 5:nodePort:i
io.k8s.api.core.v1.ServiceSpec 1r:ports:302 2m:selector:s 3:clusterIP:s 18r:clusterIPs:s 4:type:s 5r:externalIPs:s 7:sessionAffinity:s 8:loadBalancerIP:s 9r:loadBalancerSourceRanges:s 10:externalName:s 11:externalTrafficPolicy:s 12:healthCheckNodePort:i 13:publishNotReadyAddresses:b 14:sessionAffinityConfig:305 19r:ipFamilies:s 17:ipFamilyPolicy:s 20:allocateLoadBalancerNodePorts:b 21:loadBalancerClass:s 22:internalTrafficPolicy:s 23:trafficDistribution:s
io.k8s.api.core.v1.ServiceStatus 1:loadBalancer:206 2r:conditions:399
io.k8s.api.core.v1.SessionAffinityConfig 1:clientIP:142
io.k8s.api.core.v1.SleepAction 1:seconds:l
io.k8s.api.core.v1.StorageOSPersistentVolumeSource 1:volumeName:s 2:volumeNamespace:s 3:fsType:s 4:readOnly:b 5:secretRef:233
io.k8s.api.core.v1.StorageOSVolumeSource 1:volumeName:s 2:volumeNamespace:s 3:fsType:s 4:readOnly:b 5:secretRef:207
io.k8s.api.core.v1.Sysctl 1:name:s 2:value:s
io.k8s.api.core.v1.TCPSocketAction 1:port:413 2:host:s
io.k8s.api.core.v1.Taint 1:key:s 2:value:s 3:effect:s 4:timeAdded:411
io.k8s.api.core.v1.Toleration 1:key:s 2:operator:s 3:value:s 4:effect:s 5:tolerationSeconds:l
io.k8s.api.core.v1.TopologySelectorLabelRequirement 1:key:s 2r:values:s
io.k8s.api.core.v1.TopologySelectorTerm 1r:matchLabelExpressions:313
io.k8s.api.core.v1.TopologySpreadConstraint 1:maxSkew:i 2:topologyKey:s 3:whenUnsatisfiable:s 4:labelSelector:403 5:minDomains:i 6:nodeAffinityPolicy:s 7:nodeTaintsPolicy:s 8r:matchLabelKeys:s
io.k8s.api.core.v1.TypedLocalObjectReference 1:apiGroup:s 2:kind:s 3:name:s
io.k8s.api.core.v1.TypedObjectReference 1:apiGroup:s 2:kind:s 3:name:s 4:namespace:s
io.k8s.api.core.v1.Volume 1:name:s 2>:volumeSource:325
io.k8s.api.core.v1.VolumeDevice 1:name:s 2:devicePath:s
io.k8s.api.core.v1.VolumeMount 1:name:s 2:readOnly:b 7:recursiveReadOnly:s 3:mountPath:s 4:subPath:s 5:mountPropagation:s 6:subPathExpr:s
io.k8s.api.core.v1.VolumeMountStatus 1:name:s 2:mountPath:s 3:readOnly:b 4:recursiveReadOnly:s
io.k8s.api.core.v1.VolumeNodeAffinity 1:required:225
io.k8s.api.core.v1.VolumeProjection 1:secret:295 2:downwardAPI:163 3:configMap:150 4:serviceAccountToken:301 5:clusterTrustBundle:143
io.k8s.api.core.v1.VolumeResourceRequirements 1m:limits:398 2m:requests:398
io.k8s.api.core.v1.VolumeSource 1:hostPath:194 2:emptyDir:166 3:gcePersistentDisk:185 4:awsElasticBlockStore:127 5:gitRepo:187 6:secret:297 7:nfs:210 8:iscsi:196 9:glusterfs:189 10:persistentVolumeClaim:240 11:rbd:272 12:flexVolume:183 13:cinder:141 14:cephfs:139 15:flocker:184 16:downwardAPI:165 17:fc:181 18:azureFile:133 19:configMap:151 20:vsphereVolume:326 21:quobyte:270 22:azureDisk:131 23:photonPersistentDisk:244 26:projected:269 24:portworxVolume:265 25:scaleIO:288 27:storageos:308 28:csi:136 29:ephemeral:176 30:image:197
io.k8s.api.core.v1.VsphereVirtualDiskVolumeSource 1:volumePath:s 2:fsType:s 3:storagePolicyName:s 4:storagePolicyID:s
io.k8s.api.core.v1.WeightedPodAffinityTerm 1:weight:i 2:podAffinityTerm:247
io.k8s.api.core.v1.WindowsSecurityContextOptions 1:gmsaCredentialSpecName:s 2:gmsaCredentialSpec:s 3:runAsUserName:s 4:hostProcess:b
io.k8s.api.discovery.v1.Endpoint 1r:addresses:s 2:conditions:330 3:hostname:s 4:targetRef:233 5m:deprecatedTopology:s 6:nodeName:s 7:zone:s 8:hints:331
io.k8s.api.discovery.v1.EndpointConditions 1:ready:b 2:serving:b 3:terminating:b
io.k8s.api.discovery.v1.EndpointHints 1r:forZones:335 2r:forNodes:334
io.k8s.api.discovery.v1.EndpointPort 1:name:s 2:protocol:s 3:port:i 4:appProtocol:s
io.k8s.api.discovery.v1.EndpointSlice 1:metadata:408 4:addressType:s 2r:endpoints:329 3r:ports:332
io.k8s.api.discovery.v1.ForNode 1:name:s
io.k8s.api.discovery.v1.ForZone 1:name:s
io.k8s.api.events.v1.Event 1:metadata:408 2:eventTime:407 3:series:337 4:reportingController:s 5:reportingInstance:s 6:action:s 7:reason:s 8:regarding:233 9:related:233 10:note:s 11:type:s 12:deprecatedSource:179 13:deprecatedFirstTimestamp:411 14:deprecatedLastTimestamp:411 15:deprecatedCount:i
io.k8s.api.events.v1.EventSeries 1:count:i 2:lastObservedTime:407
io.k8s.api.networking.v1.HTTPIngressPath 1:path:s 3:pathType:s 2:backend:344
io.k8s.api.networking.v1.HTTPIngressRuleValue 1r:paths:338
io.k8s.api.networking.v1.IPAddress 1:metadata:408 2:spec:341
io.k8s.api.networking.v1.IPAddressSpec 1:parentRef:363
io.k8s.api.networking.v1.IPBlock 1:cidr:s 2r:except:s
io.k8s.api.networking.v1.Ingress 1:metadata:408 2:spec:354 3:status:355
io.k8s.api.networking.v1.IngressBackend 4:service:353 3:resource:316
io.k8s.api.networking.v1.IngressClass 1:metadata:408 2:spec:347
io.k8s.api.networking.v1.IngressClassParametersReference 1:apiGroup:s 2:kind:s 3:name:s 4:scope:s 5:namespace:s
io.k8s.api.networking.v1.IngressClassSpec 1:controller:s 2:parameters:346
io.k8s.api.networking.v1.IngressLoadBalancerIngress 1:ip:s 2:hostname:s 4r:ports:350
io.k8s.api.networking.v1.IngressLoadBalancerStatus 1r:ingress:348
io.k8s.api.networking.v1.IngressPortStatus 1:port:i 2:protocol:s 3:error:s
io.k8s.api.networking.v1.IngressRule 1:host:s 2>:ingressRuleValue:352
io.k8s.api.networking.v1.IngressRuleValue 1:http:339
io.k8s.api.networking.v1.IngressServiceBackend 1:name:s 2:port:364
io.k8s.api.networking.v1.IngressSpec 4:ingressClassName:s 1:defaultBackend:344 2r:tls:356 3r:rules:351
io.k8s.api.networking.v1.IngressStatus 1:loadBalancer:349
io.k8s.api.networking.v1.IngressTLS 1r:hosts:s 2:secretName:s
io.k8s.api.networking.v1.NetworkPolicy 1:metadata:408 2:spec:362
io.k8s.api.networking.v1.NetworkPolicyEgressRule 1r:ports:361 2r:to:360
io.k8s.api.networking.v1.NetworkPolicyIngressRule 1r:ports:361 2r:from:360
io.k8s.api.networking.v1.NetworkPolicyPeer 1:podSelector:403 2:namespaceSelector:403 3:ipBlock:342
io.k8s.api.networking.v1.NetworkPolicyPort 1:protocol:s 2:port:413 3:endPort:i
io.k8s.api.networking.v1.NetworkPolicySpec 1:podSelector:403 2r:ingress:359 3r:egress:358 4r:policyTypes:s
io.k8s.api.networking.v1.ParentReference 1:group:s 2:resource:s 3:namespace:s 4:name:s
io.k8s.api.networking.v1.ServiceBackendPort 1:name:s 2:number:i
io.k8s.api.networking.v1.ServiceCIDR 1:metadata:408 2:spec:366 3:status:367
io.k8s.api.networking.v1.ServiceCIDRSpec 1r:cidrs:s
io.k8s.api.networking.v1.ServiceCIDRStatus 1r:conditions:399
io.k8s.api.node.v1.Overhead 1m:podFixed:398
io.k8s.api.node.v1.RuntimeClass 1:metadata:408 2:handler:s 3:overhead:368 4:scheduling:370
io.k8s.api.node.v1.Scheduling 1m:nodeSelector:s 2r:tolerations:312
io.k8s.api.policy.v1.Eviction 1:metadata:408 2:deleteOptions:400
io.k8s.api.policy.v1.PodDisruptionBudget 1:metadata:408 2:spec:373 3:status:374
io.k8s.api.policy.v1.PodDisruptionBudgetSpec 1:minAvailable:413 2:selector:403 3:maxUnavailable:413 4:unhealthyPodEvictionPolicy:s
io.k8s.api.policy.v1.PodDisruptionBudgetStatus 1:observedGeneration:l 2m:disruptedPods:411 3:disruptionsAllowed:i 4:currentHealthy:i 5:desiredHealthy:i 6:expectedPods:i 7r:conditions:399
io.k8s.api.rbac.v1.AggregationRule 1r:clusterRoleSelectors:403
io.k8s.api.rbac.v1.ClusterRole 1:metadata:408 2r:rules:378 3:aggregationRule:375
io.k8s.api.rbac.v1.ClusterRoleBinding 1:metadata:408 2r:subjects:382 3:roleRef:381
io.k8s.api.rbac.v1.PolicyRule 1r:verbs:s 2r:apiGroups:s 3r:resources:s 4r:resourceNames:s 5r:nonResourceURLs:s
io.k8s.api.rbac.v1.Role 1:metadata:408 2r:rules:378
io.k8s.api.rbac.v1.RoleBinding 1:metadata:408 2r:subjects:382 3:roleRef:381
io.k8s.api.rbac.v1.RoleRef 1:apiGroup:s 2:kind:s 3:name:s
io.k8s.api.rbac.v1.Subject 1:kind:s 2:apiGroup:s 3:name:s 4:namespace:s
io.k8s.api.scheduling.v1.PriorityClass 1:metadata:408 2:value:i 3:globalDefault:b 4:description:s 5:preemptionPolicy:s
io.k8s.api.storage.v1.CSIDriver 1:metadata:408 2:spec:385
io.k8s.api.storage.v1.CSIDriverSpec 1:attachRequired:b 2:podInfoOnMount:b 3r:volumeLifecycleModes:s 4:storageCapacity:b 5:fsGroupPolicy:s 6r:tokenRequests:391 7:requiresRepublish:b 8:seLinuxMount:b 9:nodeAllocatableUpdatePeriodSeconds:l
io.k8s.api.storage.v1.CSINode 1:metadata:408 2:spec:388
io.k8s.api.storage.v1.CSINodeDriver 1:name:s 2:nodeID:s 3r:topologyKeys:s 4:allocatable:397
io.k8s.api.storage.v1.CSINodeSpec 1r:drivers:387
io.k8s.api.storage.v1.CSIStorageCapacity 1:metadata:408 2:nodeTopology:403 3:storageClassName:s 4:capacity:398 5:maximumVolumeSize:398
io.k8s.api.storage.v1.StorageClass 1:metadata:408 2:provisioner:s 3m:parameters:s 4:reclaimPolicy:s 5r:mountOptions:s 6:allowVolumeExpansion:b 7:volumeBindingMode:s 8r:allowedTopologies:314
io.k8s.api.storage.v1.TokenRequest 1:audience:s 2:expirationSeconds:l
io.k8s.api.storage.v1.VolumeAttachment 1:metadata:408 2:spec:394 3:status:395
io.k8s.api.storage.v1.VolumeAttachmentSource 1:persistentVolumeName:s 2:inlineVolumeSpec:242
io.k8s.api.storage.v1.VolumeAttachmentSpec 1:attacher:s 2:source:393 3:nodeName:s
io.k8s.api.storage.v1.VolumeAttachmentStatus 1:attached:b 2m:attachmentMetadata:s 3:attachError:396 4:detachError:396
io.k8s.api.storage.v1.VolumeError 1:time:411 2:message:s 3:errorCode:i
io.k8s.api.storage.v1.VolumeNodeResources 1:count:i
io.k8s.apimachinery.pkg.api.resource.Quantity 1:string:s
io.k8s.apimachinery.pkg.apis.meta.v1.Condition 1:type:s 2:status:s 3:observedGeneration:l 4:lastTransitionTime:411 5:reason:s 6:message:s
io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions 1:gracePeriodSeconds:l 2:preconditions:410 3:orphanDependents:b 4:propagationPolicy:s 5r:dryRun:s 6:ignoreStoreReadErrorWithClusterBreakingPotential:b
io.k8s.apimachinery.pkg.apis.meta.v1.FieldSelectorRequirement 1:key:s 2:operator:s 3r:values:s
io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1 1:Raw:B
io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelector 1m:matchLabels:s 2r:matchExpressions:404
io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelectorRequirement 1:key:s 2:operator:s 3r:values:s
io.k8s.apimachinery.pkg.apis.meta.v1.ListMeta 1:selfLink:s 2:resourceVersion:s 3:continue:s 4:remainingItemCount:l
io.k8s.apimachinery.pkg.apis.meta.v1.ManagedFieldsEntry 1:manager:s 2:operation:s 3:apiVersion:s 4:time:411 6:fieldsType:s 7:fieldsV1:402 8:subresource:s
io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime 1:seconds:l 2:nanos:i
io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta 1:name:s 2:generateName:s 3:namespace:s 4:selfLink:s 5:uid:s 6:resourceVersion:s 7:generation:l 8:creationTimestamp:411 9:deletionTimestamp:411 10:deletionGracePeriodSeconds:l 11m:labels:s 12m:annotations:s 13r:ownerReferences:409 14r:finalizers:s 17r:managedFields:406
io.k8s.apimachinery.pkg.apis.meta.v1.OwnerReference 5:apiVersion:s 1:kind:s 3:name:s 4:uid:s 6:controller:b 7:blockOwnerDeletion:b
io.k8s.apimachinery.pkg.apis.meta.v1.Preconditions 1:uid:s 2:resourceVersion:s
io.k8s.apimachinery.pkg.apis.meta.v1.Time 1:seconds:l 2:nanos:i
io.k8s.apimachinery.pkg.runtime.RawExtension 1:raw:B
io.k8s.apimachinery.pkg.util.intstr.IntOrString 1:type:l 2:intVal:i 3:strVal:s
`;
