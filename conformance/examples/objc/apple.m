#import "apple.h"

// Classes of blocks, which are in no library of Debian. Nothing is sent to a block here.
void *_NSConcreteStackBlock[32];
void *_NSConcreteGlobalBlock[32];

@implementation NSURLSessionDataTask

- (void)resume {
  NSURLResponse *response = nil;
  NSError *error = nil;
  NSData *data = [NSURLConnection sendSynchronousRequest:request returningResponse:&response error:&error];
  handler(data, response, error);
}
@end

@implementation NSURLSession

+ (NSURLSession *)sharedSession {
  return [[self new] autorelease];
}

- (NSURLSessionDataTask *)dataTaskWithRequest:(NSURLRequest *)request
                            completionHandler:(void (^)(NSData *, NSURLResponse *, NSError *))handler {
  NSURLSessionDataTask *task = [[NSURLSessionDataTask new] autorelease];
  task->request = [request retain];
  // The block stays where it is: the caller is still there when it is called.
  task->handler = handler;
  return task;
}
@end

dispatch_semaphore_t dispatch_semaphore_create(intptr_t value) {
  (void)value;
  return NULL;
}

intptr_t dispatch_semaphore_signal(dispatch_semaphore_t semaphore) {
  (void)semaphore;
  return 0;
}

intptr_t dispatch_semaphore_wait(dispatch_semaphore_t semaphore, uint64_t timeout) {
  (void)semaphore;
  (void)timeout;
  return 0;
}
